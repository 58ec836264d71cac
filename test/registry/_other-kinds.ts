/* eslint-disable ava/no-ignored-test-files -- any.test.ts loads it */
import test from 'ava';
import {
	capabilitiesOf,
	kindOfHost,
	natureOf,
} from '../../source/registry/kinds.js';
import {speakDistribution} from '../../source/registry/dialects/distribution.js';
import {listAbilities} from '../../source/state/select-abilities.js';
import type {RegistryKind} from '../../source/world.js';

const hosts: ReadonlyArray<
	readonly [host: string, kind: RegistryKind | undefined]
> = [
	['ghcr.io', 'ghcr'],
	['registry.gitlab.com', 'gitlab'],
	['quay.io', 'quay'],
	['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'ecr'],
	['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'ecr'],
	['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'ecr'],
	['123456789012.dkr-ecr.eu-west-1.on.aws', 'ecr'],
	// Of these the name tells nothing.
	['harbor.example', undefined],
	['zot.example', undefined],
	['127.0.0.1:5000', undefined],
	// Nobody is taken for another by a name that is like it.
	['ghcr.io.example', undefined],
	['xghcr.io', undefined],
	['docker.ghcr.io', undefined],
	['ghcr.io:8443', undefined],
	['gitlab.com', undefined],
	['registry.gitlab.com.example', undefined],
	['quay.io.example', undefined],
	['12345678901.dkr.ecr.eu-west-1.amazonaws.com', undefined],
	['123456789012.dkr.ecr.eu-west-1.amazonaws.com.example', undefined],
	['public.ecr.aws', undefined],
];

for (const [host, kind] of hosts) {
	test(`${host} is ${kind ?? 'of no known kind'}`, t => {
		t.is(kindOfHost(host), kind);
	});
}

/** What the screen says of each, whole. */
const lines: Readonly<Partial<Record<RegistryKind, string>>> = {
	'distribution-2':
		'distribution 2 · lists no untagged · space after its garbage-collect · no tag goes alone',
	'distribution-3':
		'distribution 3 · lists no untagged · space after its garbage-collect · a tag can go alone',
	ecr: 'Amazon ECR · reads count as pulls · the last tag takes its image along · lists no untagged · space some time after the delete, by itself · no tag goes alone',
	ghcr: 'GitHub registry · cannot delete this way · reads count as pulls · lists no untagged',
	gitlab:
		'GitLab registry · lists no untagged · space after its garbage-collect · no tag goes alone',
	harbor:
		"Harbor · reads count as pulls · signatures go with their image · lists no untagged · space after Harbor's garbage collection, a job of its own · no tag goes alone",
	quay: 'Quay · lists no untagged · space when Quay has collected it, after the days of its time machine · no tag goes alone',
	zot: "zot · lists no untagged · space when zot's garbage collection has run, which it does by itself · no tag goes alone",
};

const others: readonly RegistryKind[] = [
	'ecr',
	'ghcr',
	'gitlab',
	'harbor',
	'quay',
	'zot',
];

for (const kind of ['distribution-2', 'distribution-3', ...others] as const) {
	test(`what ${kind} can and cannot do is one line`, t => {
		t.is(
			listAbilities(capabilitiesOf(kind), {catalog: 'open'}).join(' · '),
			lines[kind] ?? 'nothing',
		);
	});
}

for (const kind of others) {
	test(`${kind} is spoken with by the distribution API alone, and nothing is taken for possible that is not known to be`, t => {
		t.is(natureOf(kind).speak, speakDistribution);
		const {
			listsUntagged,
			removesTagsFirst,
			whyNoTagRemoval = '',
			...said
		} = capabilitiesOf(kind);
		t.false(listsUntagged);
		t.false(removesTagsFirst);
		for (const sentence of [
			whyNoTagRemoval,
			said.deletesDisabledRemedy,
			said.undoes,
			...(said.whatReadsCost === undefined ? [] : [said.whatReadsCost]),
			...(said.whyNoDelete === undefined ? [] : [said.whyNoDelete]),
		]) {
			t.regex(sentence, /^[A-Za-z].*\.$/);
		}
	});
}

test('only the registry of GitHub deletes nothing, and only those that count reads say so', t => {
	const listWith = (
		isSo: (capabilities: ReturnType<typeof capabilitiesOf>) => boolean,
	) => others.filter(kind => isSo(capabilitiesOf(kind)));
	t.deepEqual(
		listWith(({whyNoDelete}) => whyNoDelete !== undefined),
		['ghcr'],
	);
	t.deepEqual(
		listWith(({whatReadsCost}) => whatReadsCost !== undefined),
		['ecr', 'ghcr', 'harbor'],
	);
	t.deepEqual(
		listWith(({deletesReferrers}) => deletesReferrers),
		['harbor'],
	);
});

test('a registry that lists no repositories says so, and one of no known kind promises nothing', t => {
	t.deepEqual(listAbilities(capabilitiesOf(undefined), {catalog: 'closed'}), [
		'OCI registry',
		'lists no repositories',
		'lists no untagged',
		'space after its garbage-collect',
		'no tag goes alone',
	]);
});
