import PQueue from 'p-queue';
import {isRepositoryName, parseWhere} from '../oci/reference.js';
import {askProgram} from '../programs/ask-program.js';
import type {Environment} from '../programs/launch-program.js';
import type {CloudProgram} from '../places.js';
import {UserError} from '../user-error.js';
import {readTexts} from './read-texts.js';

/** A registry that a vendor's program knows of, and the part of it that is meant. */
export type FoundPlace = {
	readonly host: string;
	readonly path: string | undefined;
};

/** How a vendor's program is asked: first for the parts of an account, then for the registries in each. */
type Cloud = {
	/** What it calls the parts. */
	readonly parts: string;
	readonly loginCommand: string;
	readonly listParts: readonly string[];
	readonly readParts: (output: string) => readonly string[];
	readonly listPlaces: (part: string) => readonly string[];
	readonly readPlaces: (output: string) => readonly FoundPlace[];
};

/** Milliseconds for one answer; each comes out of a cloud. */
const longestWait = 60_000;
/** Answers that are waited for at once: each is a process of some hundred MB. */
const programsAtOnce = 3;

/** A repository of Artifact Registry by its full name: `projects/P/locations/L/repositories/R`. The hosts of gcr.io are repositories of that name. */
const readGoogleName = (name: string): FoundPlace[] => {
	const {project, location, repository} =
		/^projects\/(?<project>[^/]+)\/locations\/(?<location>[a-z\d-]+)\/repositories\/(?<repository>[^/]+)$/.exec(
			name,
		)?.groups ?? {};
	if (
		project === undefined ||
		location === undefined ||
		repository === undefined
	) {
		return [];
	}

	// The domain of a project stands before a colon, and in addresses before a slash.
	const owner = project.replaceAll(':', '/');
	const [host, path] = /^(?:[a-z]+\.)?gcr\.io$/.test(repository)
		? [repository, owner]
		: [`${location}-docker.pkg.dev`, `${owner}/${repository}`];
	return isRepositoryName(path) ? [{host, path}] : [];
};

const readLoginServer = (name: string): FoundPlace[] => {
	const where = parseWhere(name);
	return where && where.path === undefined
		? [{host: where.host, path: undefined}]
		: [];
};

// What becomes an argument is no option, whatever a cloud calls its parts.
const clouds: Readonly<Record<CloudProgram, Cloud>> = {
	gcloud: {
		parts: 'projects',
		loginCommand: 'gcloud auth login',
		listParts: ['projects', 'list', '--format=json(projectId)', '--quiet'],
		readParts: output =>
			readTexts(output, 'projectId').filter(id =>
				/^[a-z\d][a-z\d.:-]*$/.test(id),
			),
		listPlaces: project => [
			'artifacts',
			'repositories',
			'list',
			`--project=${project}`,
			'--location=all',
			'--filter=format=DOCKER',
			'--format=json(name)',
			'--quiet',
		],
		readPlaces: output =>
			readTexts(output, 'name').flatMap(name => readGoogleName(name)),
	},
	az: {
		parts: 'subscriptions',
		loginCommand: 'az login',
		listParts: ['account', 'list', '--query', '[].id', '--output', 'json'],
		readParts: output =>
			readTexts(output).filter(id => /^[\da-f][\da-f-]*$/i.test(id)),
		listPlaces: subscription => [
			'acr',
			'list',
			'--subscription',
			subscription,
			'--query',
			'[].loginServer',
			'--output',
			'json',
		],
		readPlaces: output =>
			readTexts(output).flatMap(name => readLoginServer(name)),
	},
};

/**
Asks a vendor's program for registries: gcloud for the repositories of all its projects, az for the registries of all its subscriptions. Resolves to a sentence where some may be missing.

Nothing else that the program writes is shown. Throws `UserError` where it tells nothing at all.
@param question.tell - Gets what is found, part by part.
*/
export const askCloud = async (
	command: CloudProgram,
	question: {
		readonly environment: Environment;
		readonly tell: (found: readonly FoundPlace[]) => void;
		readonly signal: AbortSignal;
	},
): Promise<string | undefined> => {
	const {environment, tell, signal} = question;
	const cloud = clouds[command];
	const ask = async (
		arguments_: readonly string[],
	): Promise<string | undefined> => {
		const {end, output} = await askProgram({
			command,
			arguments: arguments_,
			environment,
			timeout: longestWait,
			signal,
		});
		return end.kind === 'well' ? output : undefined;
	};

	const listed = await ask(cloud.listParts);
	if (listed === undefined) {
		throw new UserError(`${command} does not tell its ${cloud.parts}.`, {
			remedy: `Run \`${cloud.loginCommand}\` and try again.`,
		});
	}

	const parts = cloud.readParts(listed);
	let failed = 0;
	const askPart = async (part: string): Promise<void> => {
		const output = await ask(cloud.listPlaces(part));
		if (output === undefined) {
			failed++;
		} else {
			tell(cloud.readPlaces(output));
		}
	};

	const queue = new PQueue({concurrency: programsAtOnce});
	await queue.addAll(parts.map(part => async () => askPart(part)));
	if (parts.length === 0) {
		return `${command} knows of no ${cloud.parts}.`;
	}

	return failed === 0
		? undefined
		: `${command} told nothing of ${failed} of its ${parts.length} ${cloud.parts}: they may have no registry, or not be open to you.`;
};
