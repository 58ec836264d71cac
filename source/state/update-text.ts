import {explainAddress} from '../oci/explain-address.js';
import {parseWhere, type Where} from '../oci/reference.js';
import type {Update} from './command.js';
import {eraseLast} from './erase-last.js';
import {openAddress, openPlace} from './open-place.js';
import {currentScreen, type State} from './state.js';
import type {TextScreen} from './text-screen.js';
import {openScreen, replaceScreen} from './trail.js';
import {submitFolder} from './update-rewrite.js';
import {submitHome, submitMapFile} from './update-home.js';

/** How keys change the line that an address or a repository's name is typed into. */
export const updateText = (
	state: State,
	message:
		| {readonly kind: 'place-asked' | 'marks-file-asked'}
		| {readonly kind: 'text-typed'; readonly text: string}
		| {readonly kind: 'text-erased'; readonly all: boolean}
		| {readonly kind: 'text-submitted'},
): Update => {
	const screen = currentScreen(state);
	if (message.kind === 'place-asked') {
		return [askPlace(state), []];
	}

	if (message.kind === 'marks-file-asked') {
		return [openText(state, {purpose: 'marks', host: ''}), []];
	}

	if (screen.kind !== 'text') {
		return [state, []];
	}

	switch (message.kind) {
		case 'text-typed': {
			return [
				replaceScreen(state, {
					...screen,
					text: (screen.isProposed ? '' : screen.text) + message.text,
					isProposed: false,
					problem: undefined,
				}),
				[],
			];
		}

		case 'text-erased': {
			return [replaceScreen(state, eraseText(screen, message.all)), []];
		}

		case 'text-submitted': {
			return submitText(state, screen);
		}
	}
};

const eraseText = (screen: TextScreen, all: boolean): TextScreen => ({
	...screen,
	text: eraseLast(screen.text, all),
	isProposed: false,
	problem: undefined,
});

const askPlace = (state: State): State => {
	const screen = currentScreen(state);
	const host =
		screen.kind === 'repositories' || screen.kind === 'digests'
			? screen.host
			: '';
	return openText(state, {
		purpose: host === '' ? 'registry' : 'repository',
		host,
	});
};

const openText = (
	state: State,
	what: Pick<TextScreen, 'purpose' | 'host'>,
): State =>
	openScreen(state, {
		kind: 'text',
		...what,
		text: '',
		isProposed: false,
		problem: undefined,
	});

const submitText = (state: State, screen: TextScreen): Update => {
	const text = screen.text.trim();
	const withProblem = (problem: string): Update => [
		replaceScreen(state, {...screen, problem}),
		[],
	];
	const closed = {...state, trail: state.trail.slice(0, -1)};
	if (screen.purpose === 'marks') {
		return text === ''
			? withProblem('Write the path of a file with one reference on each line.')
			: [closed, [{kind: 'mark-references', file: text}]];
	}

	if (screen.purpose === 'rules') {
		return text === ''
			? withProblem('Write the name of the file, such as rules.yaml.')
			: writeRules(closed, text);
	}

	if (screen.purpose === 'home') {
		return submitHome(state, screen, closed);
	}

	if (screen.purpose === 'folder') {
		return text === ''
			? withProblem('Write the folder of your Dockerfiles and manifests.')
			: submitFolder(closed, text);
	}

	if (screen.purpose === 'map') {
		return submitMapFile(state, screen, closed);
	}

	if (screen.purpose === 'repository') {
		const where = parseWhere(`https://${screen.host}/${text}`);
		return where?.path === undefined
			? withProblem(
					'A repository name has lower-case letters, digits and . _ - between slashes, for example shop/checkout; a :tag or an @sha256:… may follow.',
				)
			: openRepository(closed, {...where, path: where.path});
	}

	const where = parseWhere(text);
	if (where) {
		return openAddress(closed, where);
	}

	const {message, remedy} = explainAddress(text);
	return withProblem(`${message} ${remedy}`);
};

/** Writes what the form under the text says. */
const writeRules = (closed: State, file: string): Update => {
	const {request} = closed.rules;
	return request
		? [
				closed,
				[
					{
						kind: 'write-rules',
						file,
						sets: request.sets,
						allowUnknownUses: request.allowsUnknownUses,
					},
				],
			]
		: [closed, []];
};

// A tag or a digest has to be asked for first; the search begins again at the registry.
const openRepository = (
	state: State,
	{host, path, reference}: Where & {path: string},
): Update =>
	reference
		? openAddress(
				{
					...state,
					trail: state.trail.filter(({kind}) => kind === 'registries'),
				},
				{scheme: undefined, host, path, reference},
			)
		: openPlace(state, {host, repository: path});
