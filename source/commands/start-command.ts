import {usualCare} from '../plan/care.js';
import {readAddress} from '../registry/read-address.js';
import {copySequence} from '../ui/terminal.js';
import {UserError} from '../user-error.js';
import type {KnownRegistry} from '../world.js';
import type {CommandLine} from './command-line.js';
import {list, type Output} from './list.js';
import {type Environment, openWorld} from './open-world.js';

/** What a command gets from the process it runs in. */
export type Surroundings = Output & {
	readonly environment: Environment;
	/** Whether keys can be read and a screen can be drawn. */
	readonly isTerminal: boolean;
};

/** Runs `list` or the explorer, with the demo's registry if it is asked for; resolves to the exit code. Throws `UserError`. */
export const startCommand = async (
	commandLine: CommandLine,
	surroundings: Surroundings,
): Promise<number> => {
	if (!commandLine.demo) {
		return runCommand(commandLine, surroundings, []);
	}

	const {startDemo} = await import('../demo/start-demo.js');
	// The delays are there to be watched.
	const demo = await startDemo(Date.now(), {
		dialect: {tagDeletes: 'untag'},
		...(surroundings.isTerminal ? {} : {latency: 0}),
	});
	const known = {
		host: demo.host,
		address: demo.url,
		source: 'demo, nothing in it is real',
		care: usualCare,
		kind: 'distribution-3',
	} as const;
	try {
		return await runCommand(
			{...commandLine, where: commandLine.where ?? demo.url},
			surroundings,
			[known],
		);
	} finally {
		await demo.close();
	}
};

const runCommand = async (
	commandLine: CommandLine,
	surroundings: Surroundings,
	given: readonly KnownRegistry[],
): Promise<number> => {
	const {environment, isTerminal} = surroundings;
	const {command, where: address, plain, json} = commandLine;
	const world = openWorld(commandLine, environment, given, text => {
		surroundings.print(copySequence(text));
	});
	const where = address === undefined ? undefined : readAddress(address);
	if (command === 'explore' && isTerminal && !plain && !json) {
		const {explore} = await import('./explore.js');
		return explore(
			world,
			address !== undefined && where ? {address, where} : undefined,
			surroundings.print,
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

	const {signal} = new AbortController();
	return list(world, {where, address, json, signal}, surroundings);
};
