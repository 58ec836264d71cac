import {
	type ImageReference,
	normalizeHost,
} from '../evidence/image-reference.js';
import type {RepositoryName} from '../evidence/repository-names.js';
import {isRepositoryName, parseWhere} from '../oci/reference.js';
import {UserError} from '../user-error.js';
import {
	createImageMap,
	formatName,
	type ImageMap,
	type MapEntry,
	nameImage,
} from './image-map.js';

/** Where images are brought to: a registry, and perhaps the beginning of its repositories' names. */
export type Home = {
	readonly host: string;
	/** Without a slash at its ends; `undefined` for the whole registry. */
	readonly path: string | undefined;
};

/** How a name at home is made of a name elsewhere. */
export type Template = string;

/** The name that a repository has elsewhere, below home. */
export const usualTemplate: Template = '{home}/{repository}';

const placeholders = ['{home}', '{host}', '{repository}', '{name}'];

const refuse = (message: string, remedy: string): UserError =>
	new UserError(message, {remedy, exitCode: 2});

/**
The home that an operator names: `host` or `host/prefix`, a scheme before it left out.

Throws `UserError`, exit code 2.
*/
export const parseHome = (text: string): Home => {
	const where = parseWhere(text);
	if (!where || where.reference) {
		throw refuse(
			`"${text}" is no registry to bring images to.`,
			'Write a host with a prefix: registry.example.com/mirror, or europe-docker.pkg.dev/PROJECT/REPOSITORY.',
		);
	}

	const {path} = where;
	const host = normalizeHost(where.host);
	if (host.endsWith('-docker.pkg.dev') && !path?.includes('/')) {
		throw refuse(
			`${text} names no repository of Artifact Registry.`,
			`Write it with its project and its name: ${host}/PROJECT/REPOSITORY.`,
		);
	}

	return {host, path};
};

/** A template as an operator writes it. Throws `UserError`, exit code 2. */
export const parseTemplate = (text: string): Template => {
	const unknown = [...text.matchAll(/{[^{}]*}?|}/g)]
		.map(([found]) => found)
		.find(found => !placeholders.includes(found));
	if (unknown !== undefined) {
		throw refuse(
			`The template ${text} has ${unknown}, which stands for nothing.`,
			`Allowed are ${placeholders.join(', ')}.`,
		);
	}

	if (
		!text.startsWith('{home}/') ||
		text.includes('{home}', 1) ||
		!/{repository}|{name}/.test(text)
	) {
		throw refuse(
			`The template ${text} does not begin with {home}/ or has neither {repository} nor {name}.`,
			`Write for example: ${usualTemplate}, or {home}/{host}/{repository}.`,
		);
	}

	return text;
};

/** A host as a segment of a repository's name, which has no colon and no brackets. */
const spellHost = (host: string): string =>
	host.replaceAll(/[^a-z\d.]+/g, '-').replaceAll(/^-|-$/g, '');

/** The name at home of a repository elsewhere. Throws `UserError`, exit code 2, where the template makes none. */
export const nameAtHome = (
	{host, repository}: RepositoryName,
	home: Home,
	template: Template,
): RepositoryName => {
	const path = template
		.replace('{home}/', home.path === undefined ? '' : `${home.path}/`)
		.replaceAll('{host}', spellHost(host))
		.replaceAll('{repository}', repository)
		.replaceAll('{name}', repository.slice(repository.lastIndexOf('/') + 1));
	const isName: boolean = isRepositoryName(path);
	if (!isName) {
		throw refuse(
			`The template ${template} makes ${path} of ${host}/${repository}, which is no repository's name.`,
			'Choose another template.',
		);
	}

	if (home.host === 'docker.io' && path.split('/').length !== 2) {
		throw refuse(
			`${host}/${repository} would go to docker.io/${path}, and Docker Hub has no such names: they are NAMESPACE/NAME.`,
			'Give --to docker.io/NAMESPACE and --template {home}/{name}.',
		);
	}

	return {host: home.host, repository: path};
};

/** A home that is typed, with the mapping of images to it; a sentence where there is none. */
export const tryHome = (
	text: string,
	template: string | undefined,
	imagesFor: (home: Home) => readonly ImageReference[],
):
	| {readonly home: Home; readonly map: ImageMap}
	| {readonly problem: string} => {
	try {
		const home = parseHome(text);
		const map = mapToHome(
			imagesFor(home),
			home,
			template === undefined ? usualTemplate : parseTemplate(template),
		);
		return {home, map};
	} catch (error) {
		if (error instanceof UserError) {
			return {problem: error.message};
		}

		throw error;
	}
};

/**
The mapping that brings each of these images home by its tag or its digest, in the order of their names.

Throws `UserError`, exit code 2, where two would get one name.
*/
export const mapToHome = (
	images: readonly ImageReference[],
	home: Home,
	template: Template,
): ImageMap => {
	const entries = new Map<string, MapEntry>();
	for (const image of images) {
		const from = nameImage(image);
		const {reference} = from;
		entries.set(formatName(from), {
			from,
			to: {...nameAtHome(image, home, template), reference},
		});
	}

	const sorted = [...entries]
		.toSorted(([one], [other]) => (one < other ? -1 : 1))
		.map(([, entry]) => entry);
	const map = createImageMap(sorted);
	if ('message' in map) {
		throw refuse(
			`${map.message}.`,
			'Give another --template, for example {home}/{host}/{repository}, or write the mapping to a file with --out, change it there and give it with --map.',
		);
	}

	return map;
};
