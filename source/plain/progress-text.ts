import type {ImageReference} from '../evidence/image-reference.js';
import {describeUser} from '../evidence/name-uses.js';
import type {Use} from '../evidence/use.js';
import type {Progress, PulledSince} from '../move/judge-progress.js';
import {formatCount} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {alignRows} from './align-rows.js';

const spell = ({host, repository, tag, digest}: ImageReference): string =>
	`${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;

const formatMinute = (time: number): string =>
	`${new Date(time).toISOString().slice(0, 16)}Z`;

const asides: Readonly<Partial<Record<Use['role'], string>>> = {
	revision: 'rollback ',
	finished: 'finished ',
};

/** What needs an image, or else what a rollback would start or what has ended, which does not. */
const nameUsers = (uses: readonly Use[]): string => {
	const needs = uses.filter(({role}) => asides[role] === undefined);
	const users = [
		...new Set(
			(needs.length > 0 ? needs : uses).map(
				use => `${asides[use.role] ?? ''}${describeUser(use)}`,
			),
		),
	];
	return users.length === 0
		? '-'
		: `${users[0]}${users.length > 1 ? ` +${users.length - 1}` : ''}`;
};

const describePulls = (pulls: PulledSince | undefined): string => {
	switch (pulls?.state) {
		case 'yes': {
			return pulls.last === undefined
				? String(pulls.count)
				: `${pulls.count}, last ${formatMinute(pulls.last)}`;
		}

		case 'no': {
			return 'none told';
		}

		case 'unknown': {
			return '?';
		}

		case undefined: {
			return '';
		}
	}
};

const doneWords = {yes: 'yes', no: 'no', unknown: '?'} as const;

/** A line for each image from elsewhere: how far it has come home, what names it, what still pulls it, and whether it is done. */
const createTable = (
	progress: readonly Progress[],
	{hasMap, since}: {hasMap: boolean; since: number | undefined},
): string[] => {
	const heads = [
		'IMAGE',
		...(hasMap ? ['HOME', 'STATE'] : []),
		'NAMED BY',
		...(since === undefined ? [] : [`PULLED SINCE ${formatMinute(since)}`]),
		'DONE',
	];
	return alignRows([
		heads,
		...progress.map(({text, home, uses, state, pulls, done}) =>
			[
				text,
				...(hasMap ? [home ? spell(home) : '-', state ?? ''] : []),
				nameUsers(uses),
				...(since === undefined ? [] : [describePulls(pulls)]),
				doneWords[done.state],
			].map(cell => makeSafe(cell)),
		),
	]);
};

/** Reasons why something is unknown, each once. */
const listDoubts = (progress: readonly Progress[]): readonly string[] => [
	...new Set(
		progress.flatMap(({done, doubt, pulls}) => [
			...(done.state === 'unknown' ? [done.why] : []),
			...(doubt === undefined ? [] : [doubt]),
			...(pulls?.state === 'unknown' ? [pulls.why] : []),
		]),
	),
];

/** How far images from elsewhere have come home, as text. */
export const createProgressText = (
	progress: readonly Progress[],
	{
		hasMap,
		since,
		commands,
	}: {
		readonly hasMap: boolean;
		/** Milliseconds since 1970. */
		readonly since: number | undefined;
		/** What the operator can run to take workloads home. */
		readonly commands: readonly string[];
	},
): string => {
	if (progress.length === 0) {
		return 'every image that is named is in your own registries\n';
	}

	const count = (state: Progress['done']['state']): number =>
		progress.filter(({done}) => done.state === state).length;
	const doubts = listDoubts(progress);
	return [
		...createTable(progress, {hasMap, since}),
		'',
		`${count('yes')} of ${formatCount(progress.length, 'image')} from elsewhere ${progress.length === 1 ? 'is' : 'are'} done${count('unknown') === 0 ? '' : `, of ${count('unknown')} it is not known`}.`,
		...(doubts.length === 0
			? []
			: ['What is not known:', ...doubts.map(doubt => makeSafe(`  ${doubt}`))]),
		...(commands.length === 0
			? []
			: [
					'',
					'jetsam changes no cluster. What no file keeps is changed by:',
					...commands.map(command => makeSafe(`  ${command}`)),
				]),
		'',
	].join('\n');
};

/** What one image adds to the document of images from elsewhere. */
export const describeProgress = ({
	home,
	state,
	doubt,
	pulls,
	done,
}: Progress) => ({
	home: home ? spell(home) : null,
	state: state ?? null,
	why: doubt ?? null,
	pulledSince: pulls
		? {
				state: pulls.state,
				count: pulls.state === 'yes' ? pulls.count : null,
				last:
					pulls.state === 'yes' && pulls.last !== undefined
						? new Date(pulls.last).toISOString()
						: null,
				why: pulls.state === 'unknown' ? pulls.why : null,
			}
		: null,
	done: {state: done.state, why: done.state === 'yes' ? null : done.why},
});
