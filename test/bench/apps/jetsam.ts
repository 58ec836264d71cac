/*
Jetsam's own explorer, from `explore` on, over a world that holds one repository. Bundled as the shipped program is.

Arguments: how many digests, the file for the marks, in how many parts the digests come.
*/
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {openImageFiles} from '../../../source/commands/open-image-files.js';
import {explore} from '../../../source/commands/explore.js';
import {manifestMediaTypes} from '../../../source/oci/manifest.js';
import {usualCare} from '../../../source/plan/care.js';
import {openBatches} from '../../../source/storage/batches.js';
import {writeMarks} from '../../../source/storage/marks-file.js';
import type {Registry, World} from '../../../source/world.js';
import {buildPlaces} from '../../helpers/build-places.js';
import {now, sampleDigests} from './sample-digests.js';

const host = 'registry.example.com';
const repository = 'shop/checkout';
const [count, marksFile = '', parts = '1'] = process.argv.slice(2);
const records = sampleDigests(Number(count));
const byDigest = new Map(records.map(record => [record.digest, record]));
const partSize = Math.ceil(records.length / Number(parts));

const refuse = async (): Promise<never> => {
	throw new Error('The bench deletes nothing and writes nothing');
};

const registry: Registry = {
	host,
	withUrgency: () => registry,
	capabilities: {
		name: 'bench',
		deletesDisabledRemedy: '',
		spaceReturns: '',
		listsUntagged: true,
		deletesReferrers: false,
		removesTagsFirst: false,
		whatReadsCost: undefined,
		whyNoTagRemoval: '',
		undoes: 'It can be put back.',
	},
	async *listRepositories() {
		yield [repository];
	},
	findRepository: async path => path,
	async *readRepository() {
		for (let from = 0; from < records.length; from += partSize) {
			yield {
				records: records.slice(from, from + partSize),
				tagsListed: records.length,
				gaps: [],
			};
		}
	},
	async readDetail(_repository, digest) {
		return {
			digest,
			mediaType: manifestMediaTypes.image,
			text: '{}',
			annotations: {},
			configDescriptor: undefined,
			config: undefined,
			layers: (byDigest.get(digest)?.blobs ?? []).map(blob => ({
				...blob,
				mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
				platform: undefined,
				artifactType: undefined,
				annotations: {},
			})),
			children: [],
			subject: undefined,
			referrers: [],
			problems: [],
		};
	},
	resolve: refuse,
	deleteManifest: refuse,
	deleteTag: refuse,
	readContent: refuse,
	readBlob: refuse,
	hasBlob: refuse,
	mayPush: refuse,
	readPullsLeft: refuse,
	countManifests: refuse,
	listReferrers: refuse,
	putManifest: refuse,
	putBlob: refuse,
};

const world: World = {
	clock: {
		now: () => now,
		async sleep(milliseconds, signal) {
			await sleep(milliseconds, undefined, {signal});
		},
	},
	readOnly: true,
	operator: {user: 'bench', machine: 'bench'},
	openRegistry: async () => registry,
	careFor: async () => usualCare,
	imageFiles: openImageFiles({}),
	plans: {
		named: {namespaces: [], files: [], snapshots: [], pulls: []},
		write: refuse,
	},
	rules: {
		read: async () => undefined,
		save: async () => undefined,
		write: async () => undefined,
	},
	listKnownRegistries: async () => [],
	places: buildPlaces(),
	readNotice: async () => undefined,
	readMarks: async () => [],
	async saveMarks(marks) {
		await writeMarks(marksFile, marks);
		return undefined;
	},
	uses: {
		readChoice: async () => ({contexts: 'current', leftOut: [], accepted: []}),
		saveChoice: async () => undefined,
		read: async () => ({uses: [], sources: []}),
		watch: () => ({current: refuse, close: () => undefined}),
	},
	pulls: {
		readChoice: async () => ({windowDays: 90, accepted: []}),
		saveChoice: async () => undefined,
		isKnown: async () => false,
		read: async () => ({tallies: [], sources: []}),
	},
	readReferences: async () => [],
	copyText: () => undefined,
	openJournal: refuse,
	keepBlobs: false,
	batches: openBatches('/nowhere'),
};

process.exitCode = await explore(
	world,
	{
		place: {
			where: {
				scheme: undefined,
				host,
				path: repository,
				reference: undefined,
			},
		},
	},
	{
		print(text) {
			process.stdout.write(text);
		},
		printError(text) {
			process.stderr.write(text);
		},
		note: () => undefined,
	},
);
