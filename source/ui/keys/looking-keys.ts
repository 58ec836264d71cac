import type {Key} from '../keymap.js';
import {hasAnyPulls} from '../../state/select-pulls.js';
import {selectEmptiness} from '../../state/select-emptiness.js';
import type {State} from '../../state/state.js';
import {selectTokenHost} from '../../state/update-token-host.js';
import {lists} from './contexts.js';

const noPulls = (state: State): string | undefined => {
	return hasAnyPulls(state)
		? undefined
		: 'No source of pulls is named for this registry; --pulls names one.';
};

const noPrograms = ({first}: State): string | undefined =>
	first.programs.length === 0
		? 'Neither gcloud nor az is on this machine.'
		: first.asking.length > 0
			? `${first.asking.join(' and ')} is being asked.`
			: undefined;

const nothingToAllow = (state: State): string | undefined =>
	selectTokenHost(state)
		? undefined
		: 'No registry waits for its login to be allowed elsewhere.';

/** Keys that change what is looked at and how. */
export const lookingKeys: readonly Key[] = [
	{
		name: '/',
		presses: ['/'],
		label: 'filter',
		help: 'filter as you type: words, untagged, tag:v1, !word, >100MB, >30d, unpulled, pulls>10',
		screens: ['repositories', 'digests', 'elsewhere'],
		message: {kind: 'filter-opened'},
		whyNot: selectEmptiness,
	},
	{
		name: 'c',
		presses: ['c'],
		label: 'coverage',
		help: 'who was asked what needs an image and who pulls it, and what could not be read',
		screens: [...lists, 'digest', 'elsewhere'],
		message: {kind: 'sources-opened'},
	},
	{
		name: 'Space',
		presses: [' ', 'enter'],
		label: 'ask or accept',
		help: 'ask this context, or ask it no more; accept a refusal or a gap by name; agree to a cost',
		screens: ['sources'],
		message: {kind: 'source-toggled'},
	},
	{
		name: 'x',
		presses: ['x'],
		label: 'leave out',
		help: 'leave this context out: what it runs does not count',
		screens: ['sources'],
		message: {kind: 'source-left-out'},
	},
	{
		name: 'r',
		presses: ['r'],
		label: 'ask again',
		help: 'ask all sources again',
		screens: ['sources', 'elsewhere'],
		message: {kind: 'sources-refreshed'},
	},
	{
		name: 'p',
		presses: ['p'],
		label: 'window',
		help: 'choose how many days of pulls count',
		screens: [
			'repositories',
			'digests',
			'digest',
			'place',
			'sources',
			'marked-pulls',
		],
		message: {kind: 'window-asked'},
		whyNot: noPulls,
	},
	{
		name: 's',
		presses: ['s'],
		label: 'sort',
		help: 'choose the order; the same again turns it round',
		screens: ['repositories', 'digests'],
		message: {kind: 'orders-opened'},
		whyNot: selectEmptiness,
	},
	{
		name: 'S',
		presses: ['S'],
		label: '',
		help: 'turn the order round',
		screens: ['repositories', 'digests'],
		message: {kind: 'order-reversed'},
		whyNot: selectEmptiness,
	},
	{
		name: 'o',
		presses: ['o'],
		label: 'go to',
		help: 'go to an address, a repository, repository:tag or a digest',
		screens: lists,
		message: {kind: 'place-asked'},
	},
	{
		name: 'a',
		presses: ['a'],
		label: ({first}) => `ask ${first.programs.join(' and ')}`,
		help: 'ask gcloud and az which registries they know of',
		screens: ['registries'],
		message: {kind: 'clouds-asked'},
		whyNot: noPrograms,
	},
	{
		name: 'y',
		presses: ['y'],
		label: 'allow',
		help: 'let the login be sent to the host that the registry names, and remember that',
		screens: ['repositories'],
		message: {kind: 'token-host-allowed'},
		whyNot: nothingToAllow,
	},
	{
		name: 'y',
		presses: ['y'],
		label: state => (selectTokenHost(state) ? 'allow' : ''),
		help: 'copy the digest; where a login would go to another host: allow that',
		screens: ['digests', 'digest'],
		message: state =>
			selectTokenHost(state)
				? {kind: 'token-host-allowed'}
				: {kind: 'text-copied', what: 'digest'},
		whyNot: state =>
			selectTokenHost(state) ? undefined : selectEmptiness(state),
	},
	{
		name: 'r',
		presses: ['r'],
		label: 'refresh',
		help: 'read the list again; on the first screen: who is there and who is logged in',
		screens: lists,
		message: {kind: 'list-refreshed'},
	},
	{
		name: 'Ctrl-R',
		presses: ['ctrl-r'],
		label: '',
		help: 'read only what is under the cursor again',
		screens: ['repositories', 'digests', 'digest'],
		message: {kind: 'item-refreshed'},
		whyNot: selectEmptiness,
	},
	{
		name: 'e',
		presses: ['e'],
		label: 'totals',
		help: 'what the registry or the repository comes to',
		screens: lists,
		message: {kind: 'place-opened'},
	},
	{
		name: 'E',
		presses: ['E'],
		label: 'elsewhere',
		help: 'images from elsewhere: see who names them, bring them home',
		screens: lists,
		message: {kind: 'elsewhere-opened'},
	},
	{
		name: 'w',
		presses: ['w'],
		label: 'manifest',
		help: 'the text of the manifest, or back to what it says',
		screens: ['digest'],
		message: {kind: 'text-toggled'},
	},
	{
		name: 'Y',
		presses: ['Y'],
		label: '',
		help: 'copy the pull reference',
		screens: ['digests', 'digest'],
		message: {kind: 'text-copied', what: 'reference'},
		whyNot: selectEmptiness,
	},
];
