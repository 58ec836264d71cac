import type {Command} from '../state/command.js';
import {repositoryKey} from '../state/state.js';
import type {CommandRunner} from '../state/store.js';
import type {Registry, World} from '../world.js';
import {executePlans} from './execute-plans.js';
import {findPath, listRepositories, openRegistry} from './load.js';
import {readDetail, rereadDigest} from './load-detail.js';
import {
	openRepository,
	readRepositories,
	scanRepositories,
} from './load-repositories.js';
import {askCloud, pingRegistries, tellRegistries} from './load-places.js';
import {readPulls} from './load-pulls.js';
import {readUses} from './load-uses.js';
import {createRulesJudge} from './judge-rules.js';
import {planCopy, runCopy} from './copy-images.js';
import {askHome, writeMap} from './keep-home.js';
import {planFilesOnScreen, writeFiles} from './rewrite-files.js';
import {saveRules, writeRules} from './keep-rules.js';
import {writePlans} from './write-plans.js';
import {makePlans, makeTagPlan} from './make-plans.js';
import {markReferences} from './mark-references.js';
import {createMarkSaver} from './save-marks.js';
import {createSession} from './create-session.js';
import type {Dispatch} from './session.js';
import {planUndo, undoBatch} from './undo-batch.js';

const tellNotice = (text: string | undefined, dispatch: Dispatch): void => {
	if (text !== undefined) {
		dispatch({kind: 'notice-given', text});
	}
};

/**
Carries out commands through the world; what they bring comes back as messages.
@param leave - Ends the program's screen.
@param suspend - Takes the screen away and stops the process until the shell continues it.
@param crash - Takes an error that is no `UserError`: a bug.
*/
export const createCommandRunner = (
	world: World,
	{
		leave,
		crash,
		suspend,
		switchDemo = () => undefined,
	}: {
		leave: (exitCode: number) => void;
		crash: (error: unknown) => void;
		suspend: () => void;
		/** Ends the program's screen, for that of the demo or back; left out where there is none. */
		switchDemo?: () => void;
	},
): CommandRunner => {
	const loads = new Map<string, AbortController>();
	const ending = new AbortController();
	const registries = new Map<string, Promise<Registry>>();
	const session = createSession(world, {registries, signal: ending.signal});

	/** Begins a load for a place; one that was under way there is broken off. */
	const beginLoad = (place: string): AbortSignal => {
		loads.get(place)?.abort();
		const load = new AbortController();
		loads.set(place, load);
		return AbortSignal.any([load.signal, ending.signal]);
	};

	const markSaver = createMarkSaver(world, ending.signal);
	const judgeRules = createRulesJudge(session);

	const run = async (command: Command, dispatch: Dispatch): Promise<void> => {
		switch (command.kind) {
			case 'open-registry': {
				const opening = world.openRegistry(command.address, ending.signal);
				registries.set(command.host, opening);
				await openRegistry(opening, command.host, dispatch);
				break;
			}

			case 'list-registries': {
				await tellRegistries(world, dispatch);
				break;
			}

			case 'ping-registries': {
				const {registries} = command;
				const {signal} = ending;
				await pingRegistries(world, {registries, signal}, dispatch);
				break;
			}

			case 'ask-cloud': {
				const {program} = command;
				const {signal} = ending;
				await askCloud(world, {program, signal}, dispatch);
				break;
			}

			case 'remember-visit': {
				await world.places.rememberVisit(command);
				break;
			}

			case 'remember-repository': {
				tellNotice(await world.places.rememberRepository(command), dispatch);
				break;
			}

			case 'allow-token-host': {
				const {host, tokenHost} = command;
				tellNotice(
					await world.places.allowTokenHost(host, tokenHost),
					dispatch,
				);
				dispatch({kind: 'token-host-kept', host});
				break;
			}

			case 'switch-demo': {
				ending.abort();
				switchDemo();
				break;
			}

			case 'find-path': {
				await findPath(session, command, dispatch);
				break;
			}

			case 'list-repositories': {
				await listRepositories(
					session,
					{host: command.host, signal: beginLoad(command.host)},
					dispatch,
				);
				break;
			}

			case 'read-repository': {
				const place = repositoryKey(command.host, command.repository);
				await openRepository(
					session,
					{...command, signal: beginLoad(place)},
					dispatch,
				);
				break;
			}

			case 'read-repositories': {
				const {host, names} = command;
				const signal = beginLoad(`${host} in the background`);
				await readRepositories(session, {host, names, signal}, dispatch);
				break;
			}

			case 'scan-repositories': {
				const {host, names} = command;
				const signal = beginLoad(`${host} for rules`);
				await scanRepositories(session, {host, names, signal}, dispatch);
				break;
			}

			case 'judge-rules': {
				await judgeRules(command, dispatch);
				break;
			}

			case 'save-rules': {
				await saveRules(world, command.sets, dispatch);
				break;
			}

			case 'write-rules': {
				await writeRules(world, command, dispatch);
				break;
			}

			case 'write-plans': {
				await writePlans(session, command, dispatch);
				break;
			}

			case 'read-detail': {
				await readDetail(
					session,
					{...command, signal: beginLoad('detail')},
					dispatch,
				);
				break;
			}

			case 'reread-digest': {
				await rereadDigest(session, command, dispatch);
				break;
			}

			case 'ask-home': {
				await askHome(session, command.names, dispatch);
				break;
			}

			case 'plan-copy': {
				const {entries} = command;
				const signal = beginLoad('copy');
				await planCopy(session, {entries, signal}, dispatch);
				break;
			}

			case 'run-copy': {
				await runCopy(session, command, dispatch);
				break;
			}

			case 'plan-files': {
				const signal = beginLoad('rewrite');
				await planFilesOnScreen(session, {...command, signal}, dispatch);
				break;
			}

			case 'write-files': {
				await writeFiles(session, command, dispatch);
				break;
			}

			case 'write-map': {
				await writeMap(world, command, dispatch);
				break;
			}

			case 'mark-references': {
				await markReferences(session, command.file, dispatch);
				break;
			}

			case 'read-uses': {
				const {choice} = command;
				const signal = beginLoad('uses');
				await readUses(session, {choice, signal}, dispatch);
				break;
			}

			case 'read-pulls': {
				const {request} = command;
				const place = `${request.host}/${request.repository ?? ''}`;
				const signal = beginLoad(`pulls of ${place}`);
				await readPulls(session, {request, signal}, dispatch);
				break;
			}

			case 'save-pulls-choice': {
				tellNotice(await world.pulls.saveChoice(command.choice), dispatch);
				break;
			}

			case 'save-uses-choice': {
				tellNotice(await world.uses.saveChoice(command.choice), dispatch);
				break;
			}

			case 'save-marks': {
				await markSaver.save(command, dispatch);
				break;
			}

			case 'copy-text': {
				world.copyText(command.text);
				break;
			}

			case 'stop-loading': {
				loads.get(command.place)?.abort();
				loads.get(`${command.place} in the background`)?.abort();
				break;
			}

			case 'make-plans': {
				await makePlans(session, command, dispatch);
				break;
			}

			case 'make-tag-plan': {
				await makeTagPlan(session, command, dispatch);
				break;
			}

			case 'execute-plans': {
				await executePlans(
					session,
					{
						plans: command.plans,
						resumes: command.retry?.batch,
						gone: command.retry?.gone,
					},
					dispatch,
				);
				break;
			}

			case 'plan-undo': {
				await planUndo(session, command.batch, dispatch);
				break;
			}

			case 'undo-batch': {
				await undoBatch(session, command, dispatch);
				break;
			}

			case 'stop-batch': {
				session.batch?.stop.abort();
				break;
			}

			case 'hold-batch': {
				session.batch?.hold?.hold();
				break;
			}

			case 'release-batch': {
				session.batch?.hold?.release();
				break;
			}

			case 'abort-batch': {
				session.batch?.abort.abort();
				break;
			}

			case 'suspend': {
				suspend();
				break;
			}

			case 'leave': {
				ending.abort();
				leave(command.exitCode);
				break;
			}
		}
	};

	return async (command, dispatch) => {
		try {
			await run(command, dispatch);
		} catch (error) {
			if (!ending.signal.aborted) {
				await markSaver.flush();
				crash(error);
			}
		}
	};
};
