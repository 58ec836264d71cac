import process from 'node:process';
import {redactText} from '../http/request-log.js';
import {parseWhere} from '../oci/reference.js';
import {usualCare} from '../plan/care.js';
import {readAddress} from '../registry/read-address.js';
import {type DebugLog, openDebugLog} from '../storage/debug-log.js';
import {copySequence} from '../ui/terminal.js';
import {UserError} from '../user-error.js';
import type {KnownRegistry} from '../world.js';
import type {CommandLine} from './command-line.js';
import {list, type Output} from './list.js';
import {readListView} from './list-view.js';
import {parseSince} from './option-values.js';
import {
	type DemoEvidence,
	type Environment,
	openWorld,
	systemClock,
} from './open-world.js';

/** What a command gets from the process it runs in. */
export type Surroundings = Output & {
	readonly environment: Environment;
	/** Whether keys can be read and a screen can be drawn. */
	readonly isTerminal: boolean;
	/** Whether what is printed goes to a screen and not to a file or a program. */
	readonly isShown: boolean;
};

/** Runs `list` or the explorer, with the demo's registry if it is asked for; resolves to the exit code. Throws `UserError`. */
export const startCommand = async (
	commandLine: CommandLine,
	surroundings: Surroundings,
): Promise<number> => {
	const debugLog =
		commandLine.debug === undefined
			? undefined
			: openDebugLog(commandLine.debug, Date.now);
	if (commandLine.command === 'sample') {
		const {startSample} = await import('./start-sample.js');
		return startSample(commandLine, {
			...surroundings,
			clock: systemClock,
			log: debugLog?.note,
		});
	}

	const whole = {...surroundings, debugLog};
	let isDemo = commandLine.demo;
	for (;;) {
		let isSwitched = false;
		const run = isDemo ? runDemo : runReal;
		// What was named is where it was begun.
		const line =
			isDemo === commandLine.demo
				? commandLine
				: {...commandLine, demo: isDemo, where: undefined};
		const exitCode = await run(line, {
			...whole,
			onSwitch() {
				isSwitched = true;
			},
		});
		if (!isSwitched) {
			return exitCode;
		}

		isDemo = !isDemo;
	}
};

/** What runs in the explorer and besides it. */
type Whole = Surroundings & {
	readonly debugLog: DebugLog | undefined;
	readonly onSwitch: () => void;
};

const runReal = async (
	commandLine: CommandLine,
	whole: Whole,
): Promise<number> => runCommand(commandLine, whole, []);

const runDemo = async (
	commandLine: CommandLine,
	whole: Whole,
): Promise<number> => {
	const {startDemo} = await import('../demo/start-demo.js');
	// The delays are there to be watched.
	const demo = await startDemo(Date.now(), {
		dialect: {tagDeletes: 'untag'},
		...(whole.isTerminal ? {} : {latency: 0}),
	});
	const known = {
		host: demo.host,
		address: demo.url,
		source: 'demo, nothing in it is real',
		care: usualCare,
		kind: 'distribution-3',
	} as const;
	const {startDemoClusters} = await import('../demo/start-demo-clusters.js');
	const clusters = await startDemoClusters(Date.now(), demo);
	const {startDemoPulls} = await import('../demo/start-demo-pulls.js');
	const pulls = startDemoPulls(Date.now(), demo);
	try {
		return await runCommand(
			{...commandLine, where: findInDemo(demo.url, commandLine.where)},
			{
				...whole,
				demo: {kubeconfig: clusters.kubeconfig, host: demo.host, pulls},
			},
			[known],
		);
	} finally {
		await pulls.close();
		await clusters.close();
		await demo.close();
	}
};

/** In the demo a place may be given without its host, which is another at each start. */
const findInDemo = (url: string, where: string | undefined): string =>
	where === undefined ? url : parseWhere(where) ? where : `${url}/${where}`;

const runCommand = async (
	commandLine: CommandLine,
	surroundings: Whole & {readonly demo?: DemoEvidence},
	given: readonly KnownRegistry[],
): Promise<number> => {
	const {environment, isTerminal, print, debugLog} = surroundings;
	const {command, where: address, plain, json, marks: marksFile} = commandLine;
	const note: DebugLog['note'] = entry => debugLog?.note(entry);
	const view = readListView(commandLine, systemClock.now());
	const applied =
		command === 'apply' ? await readApplied(commandLine) : undefined;
	const world = openWorld({...commandLine, ...applied?.named}, environment, {
		given,
		copyText(text) {
			print(copySequence(text));
		},
		log: debugLog && note,
		demo: surroundings.demo,
	});
	if (command === 'doctor') {
		const {startDoctor} = await import('./start-doctor.js');
		return startDoctor(commandLine, world, {
			...surroundings,
			clock: systemClock,
			log: debugLog && note,
		});
	}

	const where = address === undefined ? undefined : readAddress(address);
	if (command === 'explore' && isTerminal && !plain && !json) {
		refuseTerminal(debugLog, commandLine.debug);
		const {explore} = await import('./explore.js');
		if (marksFile !== undefined) {
			// Where it cannot be read that is said before anything is drawn.
			await world.readReferences(marksFile);
		}

		return explore(
			world,
			{place: where && {where}, marksFile},
			{...surroundings, note},
		);
	}

	if (marksFile !== undefined) {
		throw new UserError(
			'--marks is for the explorer, which needs a terminal.',
			{
				remedy: 'Leave it out, or start jetsam in a terminal.',
				exitCode: 2,
			},
		);
	}

	process.on('warning', ({name, message}) => {
		note({kind: 'warning', text: redactText(`${name}: ${message}`)});
	});

	const {signal} = new AbortController();
	if (command === 'uses') {
		const {listUses} = await import('./list-uses.js');
		const {move, rules, since, elsewhere} = commandLine;
		return listUses(
			world,
			{
				...move,
				since: parseSince(since, systemClock.now()),
				out: rules.out,
				elsewhere,
				json,
				signal,
			},
			surroundings,
		);
	}

	if (command === 'rewrite') {
		const {rewrite} = await import('./rewrite.js');
		const {move, rules, files, json: asJson} = commandLine;
		return rewrite(
			world,
			{...move, out: rules.out, folders: files, json: asJson, signal},
			surroundings,
		);
	}

	if (command === 'copy') {
		const {runInterruptibly} = await import('./batch-session.js');
		const {copy} = await import('./copy.js');
		const {move, rules, images: references} = commandLine;
		return runInterruptibly(world, async session =>
			copy(
				session,
				{...commandLine, ...move, out: rules.out, references},
				surroundings,
			),
		);
	}

	if (command === 'batches') {
		const {listBatches} = await import('./batches.js');
		return listBatches(world, commandLine, surroundings);
	}

	if (command === 'undo' || command === 'resume') {
		const {runInterruptibly} = await import('./batch-session.js');
		const {undo} = await import('./undo.js');
		const {resume} = await import('./resume.js');
		const {maxShare} = commandLine.rules;
		return runInterruptibly(world, async session =>
			command === 'undo'
				? undo(session, commandLine, surroundings)
				: resume(session, {...commandLine, maxShare}, surroundings),
		);
	}

	if (applied) {
		const {runInterruptibly} = await import('./batch-session.js');
		const {apply} = await import('./apply.js');
		const {document} = applied;
		return runInterruptibly(world, async session =>
			apply(
				session,
				{...commandLine, ...commandLine.rules, document},
				surroundings,
			),
		);
	}

	if (address === undefined || where === undefined) {
		throw new UserError(
			'There is no terminal to draw on, and no place to list.',
			{
				remedy: 'Give a place, for example: jetsam list 127.0.0.1:5000 --json',
				exitCode: 2,
			},
		);
	}

	if (command === 'plan') {
		const {startPlan} = await import('./start-plan.js');
		return startPlan(
			world,
			{commandLine, where, address, signal},
			surroundings,
		);
	}

	return list(world, {where, address, json, view, signal}, surroundings);
};

/** The plan that is to be applied, and the sources that it names: they are asked, and no others. Throws `UserError`. */
const readApplied = async ({planFile: file = ''}: CommandLine) => {
	const {readNamedFile} = await import('../storage/named-file.js');
	const {readPlanDocument} = await import('../plain/read-plan-document.js');
	const document = readPlanDocument(await readNamedFile(file, 3), {
		file,
		now: systemClock.now(),
	});
	const {namespaces, files, snapshots} = document.sources.uses;
	const {sources: pulls} = document.sources.pulls;
	return {document, named: {namespaces, files, snapshots, pulls}};
};

const refuseTerminal = (
	debugLog: DebugLog | undefined,
	file: string | undefined,
): void => {
	if (debugLog?.isTerminal) {
		throw new UserError(
			`The debug log ${file} is a terminal, and the explorer draws on one.`,
			{remedy: 'Give --debug a file.', exitCode: 2},
		);
	}
};
