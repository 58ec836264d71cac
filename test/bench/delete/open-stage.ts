import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

/** What the registry's process says first. */
type Told = {
	readonly host: string;
	/** All that is to be deleted. */
	readonly places: ReadonlyArray<{
		readonly repository: string;
		readonly digest: string;
	}>;
};

/** A registry in a process of its own. */
export type Stage = Told & {
	/** Requests since the last call. */
	readonly takeCount: () => Promise<number>;
	readonly close: () => void;
};

/** The next thing that the registry's process says. */
const listen = async <Message>(child: ChildProcess): Promise<Message> => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- both ends of it lie in this folder
	const [message] = (await once(child, 'message')) as [Message];
	return message;
};

/** Starts the registry that the bench deletes from. */
export const openStage = async (): Promise<Stage> => {
	const child = fork(
		fileURLToPath(new URL('serve-registry.ts', import.meta.url)),
		{execArgv: ['--import=tsx']},
	);
	return {
		...(await listen<Told>(child)),
		async takeCount() {
			child.send('count');
			return listen<number>(child);
		},
		close() {
			child.disconnect();
		},
	};
};
