import {createOwnTest} from '../evidence/elsewhere.js';
import type {ImageReference} from '../evidence/image-reference.js';
import {tryHome} from '../move/home.js';
import {formatName} from '../move/image-map.js';
import type {AtHome} from '../move/judge-progress.js';
import type {Update} from './command.js';
import {selectShownElsewhere} from './filter-elsewhere.js';
import {listOwn, selectForeignReferences} from './select-elsewhere.js';
import {selectPosition} from './select.js';
import type {State} from './state.js';
import type {TextScreen} from './text-screen.js';
import {openScreen, replaceScreen} from './trail.js';

const askFor = (
	state: State,
	purpose: TextScreen['purpose'],
	text: string,
): State =>
	openScreen(state, {
		kind: 'text',
		purpose,
		host: '',
		text,
		isProposed: text !== '',
		problem: undefined,
	});

/** Marks the reference under the cursor to come home, or all of a repository; the same again takes the marks off. */
const toggle = (state: State): Update => {
	const row = selectShownElsewhere(state)[selectPosition(state).index];
	if (!row) {
		return [state, []];
	}

	const marked = new Set(state.home.marked);
	const areAll = row.references.every(text => marked.has(text));
	for (const text of row.references) {
		if (areAll) {
			marked.delete(text);
		} else {
			marked.add(text);
		}
	}

	return followMarks({...state, home: {...state.home, marked}});
};

/** Marks all that are shown, or where all of them are marked none of them. */
const toggleAll = (state: State): Update => {
	const shown = new Set(
		selectShownElsewhere(state).flatMap(({references}) => references),
	);
	const {marked: before} = state.home;
	const areAll = [...shown].every(text => before.has(text));
	const marked = new Set(
		areAll
			? [...before].filter(text => !shown.has(text))
			: [...before, ...shown],
	);
	return followMarks({...state, home: {...state.home, marked}});
};

/** What keys do to the images from elsewhere, and what the home answered. */
export const updateHome = (
	state: State,
	message:
		| {
				readonly kind:
					| 'foreign-toggled'
					| 'all-foreign-toggled'
					| 'home-asked'
					| 'map-file-asked';
		  }
		| {
				readonly kind: 'home-answered';
				readonly answers: ReadonlyMap<string, AtHome>;
		  },
): Update => {
	switch (message.kind) {
		case 'foreign-toggled': {
			return toggle(state);
		}

		case 'all-foreign-toggled': {
			return toggleAll(state);
		}

		case 'home-asked': {
			return [askFor(state, 'home', state.home.text), []];
		}

		case 'map-file-asked': {
			return [askFor(state, 'map', 'map.yaml'), []];
		}

		case 'home-answered': {
			const answers = new Map([...state.home.answers, ...message.answers]);
			return [{...state, home: {...state.home, answers, isAsking: false}}, []];
		}
	}
};

/** The images that are to come home: those that are marked, or all where none is. */
const listImages = (state: State): readonly ImageReference[] => {
	const {marked} = state.home;
	return selectForeignReferences(state)
		.filter(({text}) => marked.size === 0 || marked.has(text))
		.map(({image}) => image);
};

/** The mapping to a home, with a template behind a blank. */
const mapTo = (state: State, text: string): ReturnType<typeof tryHome> => {
	const [home = '', template] = text.split(/\s+/);
	return tryHome(home, template, chosen => {
		const isOwn = createOwnTest([...listOwn(state), chosen]);
		return listImages(state).filter(image => !isOwn(image));
	});
};

/** Where a home is chosen it is for what is marked, also what was marked since; what cannot go there is said. */
const followMarks = (state: State): Update => {
	const {text, answers} = state.home;
	if (text === '') {
		return [state, []];
	}

	const found = mapTo(state, text);
	if ('problem' in found) {
		return [{...state, notice: found.problem}, []];
	}

	const {map} = found;
	const names = map.entries
		.map(({to}) => to)
		.filter(name => !answers.has(formatName(name)));
	return [
		{
			...state,
			home: {
				...state.home,
				map,
				isAsking: state.home.isAsking || names.length > 0,
			},
		},
		names.length > 0 ? [{kind: 'ask-home', names}] : [],
	];
};

/** Takes the home that was typed, with a template behind a blank, and asks it what it has. */
export const submitHome = (
	state: State,
	screen: TextScreen,
	closed: State,
): Update => {
	const text = screen.text.trim();
	const found = mapTo(state, text);
	if ('problem' in found) {
		return [replaceScreen(state, {...screen, problem: found.problem}), []];
	}

	const {map} = found;
	return [
		{
			...closed,
			home: {
				...state.home,
				text,
				map,
				answers: new Map(),
				isAsking: map.entries.length > 0,
			},
		},
		map.entries.length > 0
			? [{kind: 'ask-home', names: map.entries.map(({to}) => to)}]
			: [],
	];
};

/** Writes the mapping that was chosen. */
export const submitMapFile = (
	state: State,
	screen: TextScreen,
	closed: State,
): Update => {
	const file = screen.text.trim();
	const {map} = state.home;
	if (file === '') {
		return [
			replaceScreen(state, {
				...screen,
				problem: 'Write the name of the file, such as map.yaml.',
			}),
			[],
		];
	}

	return [closed, map ? [{kind: 'write-map', file, map}] : []];
};
