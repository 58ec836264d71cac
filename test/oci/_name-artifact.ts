import test from 'ava';
import {parseArtifactTag} from '../../source/oci/detail.js';
import {nameArtifact} from '../../source/oci/name-artifact.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import {digestOf} from '../helpers/build-repository.js';

const subject = digestOf('subject');
const tag = subject.replace(':', '-');

for (const [ending, kind] of [
	['', 'referrers'],
	['.sig', 'signature'],
	['.att', 'attestation'],
	['.sbom', 'SBOM'],
	['.0123456789abcdef.meta', 'metadata'],
	['.meta', 'metadata'],
	['.0123456789abcdef.sig', undefined],
	['.0123456789abcde.meta', undefined],
	['.other', undefined],
	['.sig.sig', undefined],
	['-x', undefined],
] as const) {
	test(`the tag sha256-HEX${ending} files ${kind ?? 'nothing'}`, t => {
		t.deepEqual(
			parseArtifactTag(tag + ending),
			kind === undefined ? undefined : {subject, kind},
		);
	});
}

const names: ReadonlyArray<
	readonly [string, Partial<DigestRecord>, ReturnType<typeof nameArtifact>]
> = [
	['an image', {tags: ['v1']}, undefined],
	['an artifact about nothing', {artifactType: 'text/chart'}, undefined],
	['a signature by tag', {tags: [`${tag}.sig`]}, {kind: 'signature', subject}],
	['a list of referrers', {tags: [tag]}, {kind: 'list of referrers', subject}],
	['an image that has such a tag too', {tags: [`${tag}.sig`, 'v1']}, undefined],
	[
		'an SBOM by subject',
		{subject, artifactType: 'application/spdx+json'},
		{kind: 'SBOM', subject},
	],
	[
		'an artifact of another type',
		{subject, artifactType: 'text/report'},
		{kind: 'text/report', subject},
	],
	['an image with a subject', {subject}, {kind: 'referrer', subject}],
	[
		"BuildKit's attestation",
		{platforms: ['unknown/unknown']},
		{kind: 'attestation', subject: undefined},
	],
];

for (const [title, fields, name] of names) {
	test(`named: ${title}`, t => {
		t.deepEqual(
			nameArtifact({...emptyRecord(digestOf('it')), ...fields}),
			name,
		);
	});
}
