import type {PullsReading} from '../../source/evidence/pull.js';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import {usualCare} from '../../source/plan/care.js';
import type {Plan, Step} from '../../source/plan/plan.js';
import type {Command} from '../../source/state/command.js';
import type {Message} from '../../source/state/message.js';
import {createState, type State} from '../../source/state/state.js';
import {update} from '../../source/state/update.js';
import type {Capabilities} from '../../source/world.js';

export const host = 'registry.test';

/** What the registry of these states can do. */
export const capable: Capabilities = {
	name: 'test registry',
	deletesDisabledRemedy: 'Switch it on.',
	spaceReturns: 'at once',
	listsUntagged: false,
	deletesReferrers: false,
	removesTagsFirst: false,
	whatReadsCost: undefined,
	whyNoTagRemoval: undefined,
	undoes: 'It can be put back.',
};

/** A digest that a number stands for: 1 is `sha256:000…001`. */
export const digestOf = (number: number): Digest => {
	const digest = parseDigest(`sha256:${String(number).padStart(64, '0')}`);
	if (!digest) {
		throw new Error(`${number} makes no digest`);
	}

	return digest;
};

/** The time at which a state begins: a day after its newest record. Milliseconds since 1970. */
export const begin = Date.UTC(2026, 0, 1);

/** A record whose number says how old it is: 1 is the newest. */
export const recordOf = (
	number: number,
	fields: Partial<DigestRecord> = {},
): DigestRecord => ({
	...emptyRecord(digestOf(number)),
	tags: [`v${number}`],
	created: new Date(begin - number * 86_400_000).toISOString(),
	size: 1000,
	state: 'loaded',
	...fields,
});

export const recordsOf = (numbers: readonly number[]) =>
	new Map(numbers.map(number => [digestOf(number), recordOf(number)] as const));

/** The messages one after the other; the last state, and every command on the way but those that keep the marks for the next run. */
export const apply = (
	state: State,
	...messages: readonly Message[]
): {state: State; commands: Command[]} => {
	const commands: Command[] = [];
	let next = state;
	for (const message of messages) {
		const [changed, asked] = update(next, message);
		next = changed;
		commands.push(...asked.filter(({kind}) => kind !== 'save-marks'));
	}

	return {state: next, commands};
};

export const startState = (size: {columns?: number; rows?: number} = {}) =>
	createState({columns: 80, rows: 24, readOnly: false, now: begin, ...size});

/** A state in which the registries are listed. */
export const withRegistries = (
	hosts: readonly string[],
	state = startState(),
): State =>
	apply(state, {
		kind: 'registries-known',
		registries: hosts.map(name => ({
			host: name,
			address: name,
			source: 'test',
			care: usualCare,
		})),
	}).state;

/** A state in which a registry is open and its repositories are listed. */
export const withRepositories = (
	names: readonly string[],
	state = startState(),
): State =>
	apply(
		withRegistries([host], state),
		{kind: 'item-opened'},
		{kind: 'registry-opened', host, capabilities: capable},
		{kind: 'repositories-completed', host, names},
	).state;

export const completed = (
	repository: string,
	numbers: readonly number[],
): Message => ({
	kind: 'digests-completed',
	host,
	reading: {repository, records: recordsOf(numbers), gaps: [], readAt: 0},
	now: begin,
});

/** A state in which a repository with these digests is open. */
export const withDigests = (
	numbers: readonly number[],
	state = startState(),
): State =>
	apply(
		withRepositories(['app'], state),
		{kind: 'item-opened'},
		completed('app', numbers),
	).state;

export const move = (
	by: 'line' | 'page' | 'end',
	direction: -1 | 1,
): Message => ({kind: 'cursor-moved', by, direction});

export const stepOf = (number: number, fields: Partial<Step> = {}): Step => ({
	registry: host,
	repository: 'app',
	digest: digestOf(number),
	tags: [`v${number}`],
	mediaType: '',
	size: 1000,
	platforms: [],
	goesWith: undefined,
	evidence: {state: 'no', lookedIn: ['prod'], at: 0},
	isLifted: false,
	parents: [],
	findings: [],
	...fields,
});

export const planOf = (
	steps: readonly Step[],
	fields: Partial<Plan> = {},
): Plan => {
	const registry = fields.registry ?? host;
	return {
		registry,
		steps,
		blocked: [],
		findings: [],
		depletions: [],
		phrase: `delete ${steps.length} from ${registry}`,
		createdAt: begin,
		bytesAtMost: 0,
		tagCount: 0,
		...fields,
	};
};

/** The window of these states. */
export const pullsChoice = {windowDays: 90, accepted: []} as const;

/** Messages by which a registry's sources of pulls are known and have told this. */
export const pullsRead = (reading: PullsReading): readonly Message[] => [
	{kind: 'pulls-chosen', choice: pullsChoice},
	{kind: 'pulls-known', host, isKnown: true},
	{kind: 'pulls-completed', host, repository: undefined, reading, now: 0},
	{
		kind: 'pulls-completed',
		host,
		repository: 'app',
		reading: {tallies: [], sources: []},
		now: 0,
	},
];
