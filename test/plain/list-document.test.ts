import test from 'ava';
import {type Digest, parseDigest} from '../../source/oci/digest.js';
import {emptyRecord} from '../../source/oci/record.js';
import {judgeUses} from '../../source/plan/judge-use.js';
import type {RepositoryReading} from '../../source/world.js';
import {buildUseFacts} from '../helpers/build-uses.js';
import {createListDocument} from '../../source/plain/list-document.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const uses = buildUseFacts(now, [], []);

const judge = (reading: RepositoryReading) =>
	judgeUses(uses, 'h.example:5000', {reading, now});

const digest = (letter: string): Digest => {
	const parsed = parseDigest(`sha256:${letter.repeat(64)}`);
	if (!parsed) {
		throw new Error(`${letter} is not hexadecimal`);
	}

	return parsed;
};

const unknown = {
	uses: {
		state: 'unknown',
		by: [],
		why: 'no cluster or snapshot to ask',
	},
	pulls: {
		state: 'unknown',
		last: null,
		count: 0,
		from: null,
		to: null,
		why: 'not asked',
	},
};

test('the document has every field that other tools rely on, null where nothing is known', t => {
	const reading = {
		repository: 'app',
		records: new Map([
			[
				digest('a'),
				{
					...emptyRecord(digest('a')),
					tags: ['latest', 'v1'],
					mediaType: 'application/vnd.oci.image.index.v1+json',
					artifactType: 'text/x',
					size: 12,
					created: '2026-11-01T12:00:00Z',
					platforms: ['linux/amd64'],
					children: [digest('b')],
					subject: digest('c'),
				},
			],
			[digest('b'), {...emptyRecord(digest('b')), problem: 'Broken.'}],
		]),
		gaps: [],
		readAt: now,
	};
	const document = createListDocument(
		'h.example:5000',
		[
			{name: 'app', reading, uses: judge(reading)},
			{name: 'closed', problem: 'It is closed.'},
			{
				name: 'gap',
				reading: {
					...reading,
					records: new Map(),
					gaps: ['An index is hidden.'],
				},
				uses: judge(reading),
			},
		],
		{uses, now},
	);
	const coverage = {
		state: 'unknown',
		from: null,
		to: null,
		message: 'not asked',
	};
	t.deepEqual(document as unknown, {
		schemaVersion: 1,
		registry: 'h.example:5000',
		readAt: '2026-11-22T12:00:00.000Z',
		coverage: [
			{
				source: 'uses',
				...coverage,
				message: 'no cluster or snapshot to ask',
			},
			{source: 'pulls', ...coverage},
		],
		repositories: [
			{
				name: 'app',
				complete: true,
				problems: [],
				digests: [
					{
						digest: digest('a'),
						mediaType: 'application/vnd.oci.image.index.v1+json',
						artifactType: 'text/x',
						tags: ['latest', 'v1'],
						size: 12,
						created: '2026-11-01T12:00:00Z',
						uploaded: null,
						platforms: ['linux/amd64'],
						children: [digest('b')],
						subject: digest('c'),
						problem: null,
						...unknown,
					},
					{
						digest: digest('b'),
						mediaType: '',
						artifactType: null,
						tags: [],
						size: null,
						created: null,
						uploaded: null,
						platforms: [],
						children: [],
						subject: null,
						problem: 'Broken.',
						...unknown,
					},
				],
			},
			{
				name: 'closed',
				complete: false,
				problems: ['It is closed.'],
				digests: [],
			},
			{
				name: 'gap',
				complete: false,
				problems: ['An index is hidden.'],
				digests: [],
			},
		],
	});
});
