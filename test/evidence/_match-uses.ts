import test from 'ava';
import {
	type MatchedRepository,
	type MatchOptions,
	matchUses,
} from '../../source/evidence/match-uses.js';
import type {Use, UseEvidence, UsesReading} from '../../source/evidence/use.js';
import type {Digest} from '../../source/oci/digest.js';
import type {DigestRecord} from '../../source/oci/record.js';
import {
	buildReading,
	digestOf,
	type Entries,
	nameOf,
} from '../helpers/build-repository.js';
import {buildUse, buildUsesReading, readAt} from '../helpers/build-uses.js';

const host = 'registry.acme.io';
const repository = 'shop/api';
const image = `${host}/${repository}`;

const options: MatchOptions = {
	accepted: [],
	now: readAt,
	isHeldBy: () => false,
};

/** A repository of these digests, perhaps with fields of the records changed. */
const build = (
	entries: Entries,
	changes: Readonly<Record<string, Partial<DigestRecord>>> = {},
): MatchedRepository => {
	const {records} = buildReading(repository, entries);
	return {
		host,
		repository,
		records: new Map(
			[...records].map(([digest, record]): [Digest, DigestRecord] => [
				digest,
				{...record, ...changes[nameOf(digest)]},
			]),
		),
		incomplete: undefined,
	};
};

const withConfig = (name: string): Partial<DigestRecord> => ({
	blobs: [
		{digest: digestOf(`${name} config`), size: 1},
		{digest: digestOf(`${name} layer`), size: 1},
	],
});

/** `name: rule>through` for each need that blocks, `rule?through` for one that only warns. */
const describe = (evidence: UseEvidence): string =>
	evidence.state === 'yes'
		? evidence.needs
				.map(
					({rule, through, tag, blocks}) =>
						`${rule}${tag === undefined ? '' : ` ${tag}`}${blocks ? '>' : '?'}${nameOf(through)}`,
				)
				.toSorted()
				.join(', ')
		: evidence.state;

const match = (
	uses: readonly Use[] | UsesReading,
	matched: MatchedRepository,
	changed: Partial<MatchOptions> = {},
): Record<string, string> => {
	const reading = 'sources' in uses ? uses : buildUsesReading(uses);
	const {evidenceOf} = matchUses(reading, matched, {...options, ...changed});
	return Object.fromEntries(
		[...matched.records.keys()].map(digest => [
			nameOf(digest),
			describe(evidenceOf(digest)),
		]),
	);
};

const plain: Entries = {one: {tags: ['v1', 'latest']}, two: {tags: ['v2']}};

/** Which of `plain` a use reaches: it is the same for every name that means the repository. */
const direct: ReadonlyArray<readonly [string, Use, Record<string, string>]> = [
	[
		'a reference names the digest',
		buildUse(`${image}@${digestOf('one')}`),
		{one: 'digest>one', two: 'no'},
	],
	[
		'the digest wins over the tag beside it',
		buildUse(`${image}:v2@${digestOf('one')}`),
		{one: 'digest>one', two: 'no'},
	],
	[
		'a tag means the digest now',
		buildUse(`${image}:v2`),
		{one: 'no', two: 'tag v2>two'},
	],
	['no tag is latest', buildUse(image), {one: 'tag latest>one', two: 'no'}],
	['tags differ by case', buildUse(`${image}:V2`), {one: 'no', two: 'no'}],
	[
		'the same tag elsewhere means nothing',
		buildUse(`${host}/shop/web:v2`),
		{one: 'no', two: 'no'},
	],
	[
		'the same name on another port is another registry',
		buildUse(`${host}:5000/${repository}:v2`),
		{one: 'no', two: 'no'},
	],
	[
		'the port of https is the same registry',
		buildUse(`${host}:443/${repository}:v2`),
		{one: 'no', two: 'tag v2>two'},
	],
	[
		'hosts do not differ by case',
		buildUse(`Registry.ACME.io/${repository}:v2`),
		{one: 'no', two: 'tag v2>two'},
	],
	[
		'dockershim: a pulled image',
		buildUse(`docker-pullable://${image}@${digestOf('two')}`, {imageId: true}),
		{one: 'no', two: 'image-id>two'},
	],
	[
		'containerd: a pulled image',
		buildUse(`${image}@${digestOf('two')}`, {imageId: true}),
		{one: 'no', two: 'image-id>two'},
	],
	[
		'containerd: under the name of another repository',
		buildUse(`quay.io/else/where@${digestOf('two')}`, {imageId: true}),
		{one: 'no', two: 'image-id>two'},
	],
	[
		'dockershim: the config',
		buildUse(`docker://${digestOf('two config')}`, {imageId: true}),
		{one: 'no', two: 'config>two'},
	],
	[
		'containerd, side-loaded: the config',
		buildUse(digestOf('two config'), {imageId: true}),
		{one: 'no', two: 'config>two'},
	],
	[
		'CRI-O: the config without its algorithm',
		buildUse(digestOf('two config').slice('sha256:'.length), {imageId: true}),
		{one: 'no', two: 'config>two'},
	],
	[
		'CRI-O: a pulled image',
		buildUse(`${image}@${digestOf('one')}`, {imageId: true}),
		{one: 'image-id>one', two: 'no'},
	],
	[
		'a layer is no config',
		buildUse(digestOf('two layer'), {imageId: true}),
		{one: 'no', two: 'no'},
	],
	[
		'a reference cannot name a config',
		buildUse(`${image}@${digestOf('two config')}`),
		{one: 'no', two: 'no'},
	],
	[
		'another digest of the same repository',
		buildUse(`${image}@${digestOf('gone')}`, {imageId: true}),
		{one: 'no', two: 'no'},
	],
];

for (const [title, use, expected] of direct) {
	test(`direct: ${title}`, t => {
		const matched = build(plain, {
			one: withConfig('one'),
			two: withConfig('two'),
		});
		t.deepEqual(match([use], matched), expected);
	});
}

const aliases: ReadonlyArray<readonly [string, string, string]> = [
	['docker.io', 'library/nginx', 'nginx:v1'],
	['registry-1.docker.io', 'library/nginx', 'nginx:v1'],
	['index.docker.io', 'acme/shop', 'acme/shop:v1'],
	['docker.io', 'acme/shop', 'registry.hub.docker.com/acme/shop:v1'],
	['gcr.io', 'acme/shop', 'us-docker.pkg.dev/acme/gcr.io/shop:v1'],
	['us-docker.pkg.dev', 'acme/gcr.io/shop', 'gcr.io/acme/shop:v1'],
	['us-docker.pkg.dev', 'acme/us.gcr.io/a/b', 'us.gcr.io/acme/a/b:v1'],
	['eu.gcr.io', 'acme/shop', 'europe-docker.pkg.dev/acme/eu.gcr.io/shop:v1'],
	['asia-docker.pkg.dev', 'acme/asia.gcr.io/shop', 'asia.gcr.io/acme/shop:v1'],
	['gcr.io', 'a.com/p/shop', 'us-docker.pkg.dev/a.com/p/gcr.io/shop:v1'],
	['us-docker.pkg.dev', 'a.com/p/gcr.io/shop', 'gcr.io/a.com/p/shop:v1'],
	['registry.acme.io:443', 'shop', 'registry.acme.io/shop:v1'],
];

for (const [ownHost, ownRepository, reference] of aliases) {
	test(`${reference} is in ${ownRepository} of ${ownHost}`, t => {
		const matched = {
			...build(plain),
			host: ownHost,
			repository: ownRepository,
		};
		t.like(match([buildUse(reference)], matched), {one: 'tag v1>one'});
	});
}

const strangers: ReadonlyArray<readonly [string, string, string]> = [
	['gcr.io', 'acme/shop', 'us-docker.pkg.dev/acme/eu.gcr.io/shop:v1'],
	['gcr.io', 'acme/shop', 'europe-docker.pkg.dev/acme/gcr.io/shop:v1'],
	['gcr.io', 'acme/shop', 'us.gcr.io/acme/shop:v1'],
	['us-docker.pkg.dev', 'acme/docker/shop', 'gcr.io/acme/shop:v1'],
	['quay.io', 'nginx', 'nginx:v1'],
];

for (const [ownHost, ownRepository, reference] of strangers) {
	test(`${reference} is not in ${ownRepository} of ${ownHost}`, t => {
		const matched = {
			...build(plain),
			host: ownHost,
			repository: ownRepository,
		};
		t.like(match([buildUse(reference)], matched), {one: 'no'});
	});
}

test('a tag that has moved protects what it means now and what really runs', t => {
	const uses = [
		buildUse(`${image}:v2`),
		buildUse(`${image}@${digestOf('one')}`, {imageId: true}),
	];
	t.deepEqual(match(uses, build(plain)), {
		one: 'image-id>one',
		two: 'tag v2>two',
	});
});

test('a spec that names another repository only warns where that one is seen to hold the digest', t => {
	const use = buildUse(`quay.io/else/where@${digestOf('one')}`);
	t.like(match([use], build(plain)), {one: 'digest>one'});
	t.like(
		match([use], build(plain), {
			isHeldBy: (name, digest) =>
				name.host === 'quay.io' &&
				name.repository === 'else/where' &&
				digest === digestOf('one'),
		}),
		{one: 'digest?one'},
	);
});

test('neither a running image nor the own repository is asked whether another holds it', t => {
	const uses = [
		buildUse(`quay.io/else/where@${digestOf('one')}`, {imageId: true}),
		buildUse(`${host}:443/${repository}@${digestOf('two')}`),
	];
	t.deepEqual(match(uses, build(plain), {isHeldBy: () => true}), {
		one: 'image-id>one',
		two: 'digest>two',
	});
});

for (const role of ['running', 'template', 'revision', 'file'] as const) {
	test(`${role} blocks`, t => {
		t.like(match([buildUse(`${image}:v1`, {role})], build(plain)), {
			one: 'tag v1>one',
		});
	});
}

test('what has finished warns, and leaves the rest as unknown as it is', t => {
	const uses = [buildUse(`${image}:v1`, {role: 'finished'})];
	const reading = buildUsesReading(uses, []);
	const {evidenceOf} = matchUses(reading, build(plain), options);
	const evidence = evidenceOf(digestOf('one'));
	t.is(describe(evidence), 'tag v1?one');
	t.is(evidence.state === 'yes' && evidence.besides.state, 'unknown');
});

const family: Entries = {
	top: {tags: ['v1'], children: ['middle', 'loose']},
	middle: {children: ['amd', 'arm']},
	amd: {},
	arm: {},
	loose: {},
	other: {children: ['arm', 'alone']},
	alone: {},
};

test('closure: up to every index and down to all their children, not up again', t => {
	const use = buildUse(`${image}@${digestOf('amd')}`, {imageId: true});
	t.deepEqual(match([use], build(family)), {
		top: 'index>amd',
		middle: 'index>amd',
		amd: 'image-id>amd',
		arm: 'child>amd',
		loose: 'child>amd',
		other: 'no',
		alone: 'no',
	});
});

test('closure: from an index down, and up from a child that two share', t => {
	t.like(match([buildUse(`${image}:v1`)], build(family)), {
		top: 'tag v1>top',
		middle: 'child>top',
		amd: 'child>top',
		other: 'no',
	});
	const use = buildUse(digestOf('arm'), {imageId: true});
	t.like(match([use], build(family)), {
		top: 'index>arm',
		other: 'index>arm',
		alone: 'child>arm',
	});
});

test('closure: from a digest that only an index knows, and from a config', t => {
	const matched = build(
		{index: {children: ['lost', 'here']}, here: {}, free: {}},
		{here: withConfig('here')},
	);
	t.deepEqual(match([buildUse(digestOf('lost'), {imageId: true})], matched), {
		index: 'index>lost',
		here: 'child>lost',
		free: 'no',
	});
	const use = buildUse(digestOf('here config'), {imageId: true});
	t.like(match([use], matched), {index: 'index>here', here: 'config>here'});
});

const about = (name: string, ending = ''): string =>
	`${digestOf(name).replace(':', '-')}${ending}`;

test('closure: to the referrers of all, by subject and by tag, and what is below those', t => {
	const matched = build(
		{
			index: {children: ['used', 'beside']},
			used: {},
			beside: {},
			free: {},
			signature: {tags: [about('used', '.sig')]},
			attestation: {tags: [about('beside', '.att')]},
			bill: {tags: [about('index', '.sbom')]},
			fallback: {tags: [about('used')], children: ['listed']},
			listed: {},
			artifact: {},
			nested: {},
			foreign: {tags: [about('free', '.sig')]},
			unclear: {tags: [about('used', '.zip')]},
		},
		{
			artifact: {subject: digestOf('index')},
			nested: {subject: digestOf('artifact')},
		},
	);
	t.deepEqual(match([buildUse(digestOf('used'), {imageId: true})], matched), {
		index: 'index>used',
		used: 'image-id>used',
		beside: 'child>used',
		free: 'no',
		signature: 'referrer>used',
		attestation: 'referrer>used',
		bill: 'referrer>used',
		fallback: 'referrer>used',
		listed: 'referrer>used',
		artifact: 'referrer>used',
		nested: 'referrer>used',
		foreign: 'no',
		unclear: 'no',
	});
});

test('closure: loops end', t => {
	const matched = build({
		a: {tags: ['v1'], children: ['b']},
		b: {children: ['a', 'b']},
	});
	t.deepEqual(match([buildUse(`${image}:v1`)], matched), {
		a: 'tag v1>a',
		b: 'index>a',
	});
});

test('every use is among the needs, also through the family', t => {
	const uses = ['api-1', 'api-2'].map(name => buildUse(`${image}:v1`, {name}));
	const {evidenceOf} = matchUses(
		buildUsesReading(uses),
		build(family),
		options,
	);
	const evidence = evidenceOf(digestOf('amd'));
	t.deepEqual(
		evidence.state === 'yes' && evidence.needs.map(({use}) => use.name),
		['api-1', 'api-2'],
	);
});

test('while the repository is not completely read, nothing in it is a no', t => {
	const matched = {...build(plain), incomplete: 'still being read'};
	const {evidenceOf, absence} = matchUses(
		buildUsesReading([buildUse(`${image}:v1`)]),
		matched,
		options,
	);
	t.is(evidenceOf(digestOf('one')).state, 'yes');
	t.deepEqual(evidenceOf(digestOf('two')), {
		state: 'unknown',
		why: 'still being read',
	});
	t.is(absence.state, 'unknown');
});

const untold: ReadonlyArray<readonly [string, Partial<DigestRecord>, string]> =
	[
		['still loading', {state: 'loading'}, 'its manifest is still being read'],
		[
			'unreadable',
			{state: 'unreadable', problem: 'The registry failed.'},
			'its manifest could not be read',
		],
		[
			'of another media type',
			{mediaType: 'application/vnd.docker.distribution.manifest.v1+json'},
			'its media type is not known, so its config is not either',
		],
	];

for (const [title, change, why] of untold) {
	test(`a manifest that is ${title} is no no, and its tag still is a yes`, t => {
		const matched = build(plain, {two: change});
		const {evidenceOf} = matchUses(buildUsesReading([]), matched, options);
		t.deepEqual(evidenceOf(digestOf('two')), {state: 'unknown', why});
		t.is(evidenceOf(digestOf('one')).state, 'no');
		t.like(match([buildUse(`${image}:v2`)], matched), {two: 'tag v2>two'});
	});
}

test('what is used can be asked for without its needs', t => {
	const matched = build({...family, lonely: {}});
	const {isUsed} = matchUses(
		buildUsesReading([buildUse(`${image}:v1`)]),
		matched,
		options,
	);
	t.deepEqual(
		[...matched.records.keys()]
			.filter(digest => isUsed(digest))
			.map(digest => nameOf(digest))
			.toSorted(),
		['amd', 'arm', 'loose', 'middle', 'top'],
	);
});
