import type {
	ForeignReference,
	ForeignRepository,
} from '../evidence/elsewhere.js';
import type {Use, UsesReading, UsesSource} from '../evidence/use.js';
import {formatCount, formatRate} from '../text/quantities.js';
import {makeSafe} from '../text/safe-text.js';
import {alignRows} from './align-rows.js';

const states: Readonly<Record<UsesSource['state'], string>> = {
	read: 'read',
	failed: 'could not be read',
	unasked: 'not asked',
	'left-out': 'left out',
};

/** Where a use stands, in a few words. */
const placeOf = ({context, namespace, kind, name, container}: Use): string =>
	[
		context,
		namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
		container,
	]
		.filter(Boolean)
		.join(' ');

/** What the sources told as text: each source and its gaps, then a line for each use. */
export const createUsesText = ({uses, sources}: UsesReading): string => {
	const rows = uses.map(use =>
		[placeOf(use), use.role, use.written].map(cell => makeSafe(cell)),
	);
	return [
		...sources.flatMap(({kind, name, state, gaps}) => [
			makeSafe(`${kind} ${name}: ${states[state]}`),
			...gaps.map(({message}) => `  ! ${makeSafe(message)}`),
		]),
		'',
		...(rows.length === 0
			? ['nothing names an image']
			: alignRows([['WHERE', 'HOW', 'IMAGE'], ...rows])),
		'',
	].join('\n');
};

/** How often a day an image from elsewhere is pulled; `undefined` where no source tells. */
export type RateOf = (
	repository: ForeignRepository,
	reference: ForeignReference,
) => number | undefined;

/** Images from elsewhere as a JSON document. */
export const describeElsewhere = (
	repositories: readonly ForeignRepository[],
	{now, rateOf}: {readonly now: number; readonly rateOf: RateOf},
) => ({
	schemaVersion: 1,
	time: new Date(now).toISOString(),
	repositories: repositories.map(repository => ({
		...repository,
		references: repository.references.map(reference => ({
			...reference,
			// Null where it is not known.
			pullsPerDay: rateOf(repository, reference) ?? null,
		})),
	})),
});

/** Images from elsewhere as text: a line for each repository, then one for each reference to it. */
export const createElsewhereText = (
	repositories: readonly ForeignRepository[],
	rateOf: RateOf,
): string =>
	repositories.length === 0
		? 'every image that is named is in your own registries\n'
		: `${repositories
				.flatMap(foreign => [
					makeSafe(
						`${foreign.host}/${foreign.repository}: named in ${formatCount(foreign.count, 'place')}, ${foreign.byDigest} by digest`,
					),
					...foreign.references.map(reference => {
						const {text, uses} = reference;
						const [first] = uses;
						const rate = rateOf(foreign, reference);
						const pulled =
							rate === undefined ? '' : `  pulled ${formatRate(rate)}`;
						const more = uses.length > 1 ? ` +${uses.length - 1}` : '';
						return makeSafe(
							`  ${text}  ${first ? placeOf(first) : ''}${more}${pulled}`,
						);
					}),
				])
				.join('\n')}\n`;
