import test from 'ava';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {type DigestRecord, emptyRecord} from '../../source/oci/record.js';
import type {ListedRepository} from '../../source/plain/list-document.js';
import {createListText} from '../../source/plain/list-text.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import type {RepositoryReading} from '../../source/world.js';
import {buildUseFacts} from '../helpers/build-uses.js';

/** As a repository is listed of whose uses nobody could tell. */
const withUses = (
	entry:
		| {readonly name: string; readonly reading: RepositoryReading}
		| {readonly name: string; readonly problem: string},
): ListedRepository =>
	'problem' in entry
		? entry
		: {
				...entry,
				uses: judgeUses(buildUseFacts(now, [], []), 'h.example', {
					reading: entry.reading,
					now,
				}),
			};

const now = Date.parse('2026-11-22T12:00:00Z');

const digest = (letter: string): Digest => {
	const parsed = parseDigest(`sha256:${letter.repeat(64)}`);
	if (!parsed) {
		throw new Error(`${letter} is not hexadecimal`);
	}

	return parsed;
};

const record = (
	letter: string,
	fields: Partial<DigestRecord>,
): DigestRecord => ({
	...emptyRecord(digest(letter)),
	state: 'loaded',
	manifestSize: fields.size ?? 0,
	...fields,
});

const reading = (
	records: readonly DigestRecord[],
	gaps: readonly string[] = [],
): RepositoryReading => ({
	repository: 'app',
	records: new Map(records.map(entry => [entry.digest, entry])),
	gaps,
	readAt: now,
});

test('a repository is its totals and a line for each digest, the newest first', t => {
	const text = createListText(
		[
			{
				name: 'app',
				reading: reading([
					record('a', {
						tags: ['v1'],
						size: 1000,
						created: '2026-11-01T12:00:00Z',
						platforms: ['linux/amd64'],
					}),
					record('b', {
						tags: ['latest', 'v2'],
						size: 182_000_000,
						created: '2026-11-22T09:00:00Z',
						platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
						children: [digest('c'), digest('d')],
					}),
					record('c', {size: 1, platforms: ['linux/amd64']}),
					record('d', {tags: ['single'], size: 2, artifactType: 'text/x'}),
				]),
			},
		].map(entry => withUses(entry)),
		{showsUses: false, isSorted: false, now},
	);
	t.is(
		text,
		[
			'app: 3 digests, 4 tags, 182 MB at most',
			'  DIGEST        SIZE    AGE  PLATFORM     TAGS',
			'  bbbbbbbbbbbb  182 MB  3h   3 platforms  latest v2',
			'  aaaaaaaaaaaa  1 kB    21d  linux/amd64  v1',
			'  dddddddddddd  2 B          text/x       single (child of an index)',
			'',
		].join('\n'),
	);
});

test('what could not be read is said where it would stand', t => {
	const text = createListText(
		[
			{
				name: 'app',
				reading: reading(
					[record('a', {tags: ['v1'], problem: 'The manifest is broken.'})],
					['aaaaaaaaaaaa may be an index.'],
				),
			},
			{name: 'closed', problem: 'h.example does not allow this.'},
			{name: 'empty', reading: reading([])},
		].map(entry => withUses(entry)),
		{showsUses: false, isSorted: false, now},
	);
	t.is(
		text,
		[
			'app: 1 digest, 1 tag, 0 B at most',
			'  DIGEST        SIZE  AGE  PLATFORM  TAGS',
			'  aaaaaaaaaaaa                       v1 The manifest is broken.',
			'  ! aaaaaaaaaaaa may be an index.',
			'',
			'closed: h.example does not allow this.',
			'',
			'empty: 0 digests, 0 tags, 0 B at most',
			'',
		].join('\n'),
	);
});

test('safeguard 14: nothing that a registry says controls the terminal', t => {
	const hostile = '\u001B[31mred\u009B0m\nnext\u202Eline';
	const text = createListText(
		[
			{
				name: 'app',
				reading: reading(
					[
						record('a', {artifactType: hostile, problem: hostile}),
						record('b', {mediaType: hostile, tags: ['v1']}),
						record('c', {platforms: [hostile], tags: ['v2']}),
					],
					[hostile],
				),
			},
			{name: hostile, problem: hostile},
		].map(entry => withUses(entry)),
		{showsUses: false, isSorted: false, now},
	);
	// eslint-disable-next-line no-control-regex -- that is what must not be there
	t.notRegex(text, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
	const lines = text.split('\n');
	t.is(lines.length, 9);
	t.is(lines[3]?.indexOf('v1'), lines[1]?.indexOf('TAGS'));
	t.is(lines[4]?.indexOf('v2'), lines[1]?.indexOf('TAGS'));
});
