import test from 'ava';
import {createPlan} from '../../source/plan/create-plan.js';
import {createTagPlan} from '../../source/plan/create-tag-plan.js';
import {plainDeleting} from '../../source/plan/deleting.js';
import {capabilitiesOf} from '../../source/registry/kinds.js';
import type {RepositoryReading} from '../../source/world.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
	namesOf,
} from '../helpers/build-repository.js';
import {buildUseFacts} from '../helpers/build-uses.js';

const registry = 'registry.example';
const repository = 'shop/app';
const lock = 'The registry has locked it (deleteEnabled is false).';

const read = (
	entries: Entries,
	locked: readonly string[],
): RepositoryReading => {
	const reading = buildReading(repository, entries);
	const digests = new Set(locked.map(name => digestOf(name)));
	return {
		...reading,
		records: new Map(
			[...reading.records].map(([digest, record]) => [
				digest,
				digests.has(digest) ? {...record, locked: lock} : record,
			]),
		),
	};
};

/** The names of what goes, and of what stays with the rule. */
const plan = (
	marked: readonly string[],
	entries: Entries,
	{
		locked = [],
		deletesReferrers = false,
		lifts = [],
	}: {
		locked?: readonly string[];
		deletesReferrers?: boolean;
		lifts?: readonly string[];
	} = {},
): {goes: readonly string[]; stays: readonly string[]} => {
	const {steps, blocked} = createPlan(
		marked.map(name => ({registry, repository, digest: digestOf(name)})),
		{
			registry,
			readings: new Map([[repository, read(entries, locked)]]),
			problems: new Map(),
			uses: buildUseFacts(0),
			lifts: new Set(lifts),
			deleting: {...plainDeleting, deletesReferrers},
			now: 0,
		},
	);
	return {
		goes: namesOf(steps),
		stays: blocked.map(
			({digest, findings}) =>
				`${nameOf(digest)}: ${findings.map(({rule}) => rule).join(' ')}`,
		),
	};
};

const family: Entries = {
	index: {tags: ['v1'], children: ['amd64', 'arm64']},
	amd64: {},
	arm64: {},
};

test('what the registry has locked stays, and nothing lifts that', t => {
	const entries = {one: {tags: ['1']}, two: {tags: ['2']}};
	const lifts = [`${repository}@${digestOf('one')}`, digestOf('one')];
	t.deepEqual(plan(['one', 'two'], entries, {locked: ['one'], lifts}), {
		goes: ['two'],
		stays: ['one: locked'],
	});
});

test('a locked index keeps its children, a locked child without a name its index', t => {
	t.deepEqual(plan(['index', 'amd64'], family, {locked: ['index']}), {
		goes: [],
		stays: ['index: locked', 'amd64: child-of-index-that-stays'],
	});
	t.deepEqual(plan(['index'], family, {locked: ['arm64']}), {
		goes: [],
		stays: ['index: locked'],
	});
	const named = {...family, arm64: {tags: ['v1-arm64']}};
	t.deepEqual(plan(['index'], named, {locked: ['arm64']}), {
		goes: ['index', 'amd64'],
		stays: [],
	});
});

const attached: Entries = {
	image: {tags: ['v1']},
	sbom: {subject: 'image'},
	signature: {subject: 'sbom'},
};

test('where the registry deletes referrers too, one that would stay keeps what it is about', t => {
	const all = ['image', 'sbom', 'signature'];
	t.deepEqual(plan(['image'], attached, {deletesReferrers: true}), {
		goes: all,
		stays: [],
	});
	const named = {...attached, signature: {tags: ['kept'], subject: 'sbom'}};
	t.deepEqual(plan(['image'], named, {deletesReferrers: true}), {
		goes: [],
		stays: ['sbom: referrer-stays', 'image: referrer-stays'],
	});
	t.deepEqual(plan(['image'], named), {goes: ['image', 'sbom'], stays: []});
	t.deepEqual(
		plan(['image', 'signature'], named, {
			deletesReferrers: true,
		}).goes.toSorted(),
		all,
	);
	t.deepEqual(
		plan(['image'], attached, {deletesReferrers: true, locked: ['sbom']}),
		{goes: [], stays: ['image: referrer-stays']},
	);
});

test('no tag goes of what is locked', t => {
	const {steps, blocked} = createTagPlan(
		{registry, repository, digest: digestOf('one'), tag: '1'},
		{
			reading: read({one: {tags: ['1', '2']}}, ['one']),
			problem: undefined,
			capabilities: capabilitiesOf('azure'),
			uses: buildUseFacts(0),
			isLifted: true,
			now: 0,
		},
	);
	t.deepEqual(steps, []);
	t.is(blocked[0]?.findings[0]?.rule, 'locked');
});
