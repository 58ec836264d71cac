import diagnostics from 'node:diagnostics_channel';
import {writeSync} from 'node:fs';
import fileSystem, {type FileHandle} from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import path from 'node:path';
import process from 'node:process';

/*
Counts everything that a process writes to disk and sends to a registry, and kills the process at one of these points, as a machine does that loses its power between two of them.

It is imported before anything else, because it changes `node:fs/promises` for all that follow: what is killed here is the real program, without a port that could be missed.
*/

/** The points that were reached, in their order, and where the process dies. */
export const points: {
	/** Counts only from here on. */
	isCounting: boolean;
	/** Together: a restart finds the same on disk before and after such a point as at the next one, a temporary file aside. */
	tiny: 'together' | 'apart';
	/** From 1; 0 for nowhere. */
	dieAt: number;
	readonly reached: string[];
} = {isCounting: false, tiny: 'apart', dieAt: 0, reached: []};

const isTiny = (name: string): boolean =>
	// A folder has no dot in its name, but for the one that is named after the registry.
	/^(?:open|write|sync) .*\.new$|^sync (?:127|[^.]*$)|^mkdir sha|^write .*\.jsonl$/v.test(
		name,
	);

const standardOutput = 1;

const reach = (name: string): void => {
	if (points.isCounting && !(points.tiny === 'together' && isTiny(name))) {
		points.reached.push(name);
		if (points.reached.length === points.dieAt) {
			writeSync(standardOutput, name);
			process.kill(process.pid, 'SIGKILL');
		}
	}
};

/** A path without what differs between two runs. */
const nameOf = (file: unknown): string =>
	path.basename(String(file)).replaceAll(/\.[\da-f]{12}\b/gv, '');

const watchHandle = (handle: FileHandle, file: string): FileHandle => {
	const name = nameOf(file);
	for (const method of ['sync', 'datasync'] as const) {
		const call = handle[method].bind(handle);
		handle[method] = async () => {
			reach(`${method} ${name}`);
			return call();
		};
	}

	const truncate = handle.truncate.bind(handle);
	handle.truncate = async length => {
		reach(`truncate ${name}`);
		return truncate(length);
	};

	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it is called as it is called without this
	const write = handle.write.bind(handle) as (
		...call: readonly unknown[]
	) => Promise<{bytesWritten: number}>;
	const tear = async (
		bytes: Uint8Array,
		at: number | undefined,
	): Promise<void> => {
		const next = points.reached.length + 1;
		if (points.isCounting && next === points.dieAt) {
			await write(bytes, 0, Math.floor(bytes.length / 2), at);
		}

		reach(`half a write ${name}`);
	};

	Object.assign(handle, {
		async write(...call: readonly unknown[]) {
			const [bytes, offset, length, at] = call;
			reach(`write ${name}`);
			if (bytes instanceof Uint8Array) {
				const from = Number(offset ?? 0);
				const part = bytes.subarray(
					from,
					from + Number(length ?? bytes.length),
				);
				await tear(part, typeof at === 'number' ? at : undefined);
			}

			return write(...call);
		},
	});
	const writeFile = handle.writeFile.bind(handle);
	handle.writeFile = async (...call) => {
		const [bytes] = call;
		reach(`write ${name}`);
		if (bytes instanceof Uint8Array) {
			await tear(bytes, undefined);
		}

		return writeFile(...call);
	};

	return handle;
};

const {open} = fileSystem;
const changed: Record<string, unknown> = {
	async open(...call: Parameters<typeof open>) {
		const [file, flags = 'r'] = call;
		if (flags !== 'r') {
			reach(`open ${nameOf(file)}`);
		}

		return watchHandle(await open(...call), String(file));
	},
};
for (const method of [
	'mkdir',
	'rename',
	'link',
	'unlink',
	'rm',
	'writeFile',
	'appendFile',
] as const) {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- it is called as it is called without this
	const call = fileSystem[method] as (
		...given: readonly unknown[]
	) => Promise<unknown>;
	changed[method] = async (...given: readonly unknown[]) => {
		reach(`${method} ${nameOf(given.at(method === 'rename' ? 1 : 0))}`);
		return call(...given);
	};
}

Object.assign(fileSystem, changed);
syncBuiltinESMExports();

type Sent = {
	readonly request: {readonly method: string; readonly path: string};
};

const describe = (message: unknown): string => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- what undici publishes
	const {method, path: asked} = (message as Sent).request;
	return `${method} ${asked.replace(/^\/v2\//v, '')}`;
};

// What only reads leaves nothing behind when it is sent; what it brings is the next moment that differs from the one before.
diagnostics.subscribe('undici:request:create', message => {
	const request = describe(message);
	if (!/^(?:GET|HEAD) /v.test(request)) {
		reach(`before ${request}`);
	}
});
diagnostics.subscribe('undici:request:headers', message => {
	reach(`after ${describe(message)}`);
});
