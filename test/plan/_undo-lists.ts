import {Buffer} from 'node:buffer';
import test, {type ExecutionContext} from 'ava';
import type {BatchStep, WrittenList} from '../../source/batch.js';
import {
	addReferrer,
	nameFallbackTag,
} from '../../source/demo/build-referrers.js';
import {createRegistryContent} from '../../source/demo/registry-content.js';
import {listUndoLists} from '../../source/plan/undo-lists.js';
import {readJournalText} from '../../source/storage/read-journal.js';
import {
	deleteMarks,
	makeStateFolder,
	openStateWorld,
	undoLast,
} from '../helpers/build-batch.js';
import {digestOf, nameOf} from '../helpers/build-repository.js';
import {
	addImages,
	digestOf as digestOfContent,
	startRegistry,
} from '../helpers/journey-world.js';

const place = {registry: 'registry.example', repository: 'shop/app'};

const written = (
	digest: string,
	replacement: string,
	tag = 'list',
): WrittenList => ({
	tag,
	digest: digestOf(digest),
	mediaType: 'application/vnd.oci.image.index.v1+json',
	replacement: digestOf(replacement),
});

const step = (name: string, ...lists: readonly WrittenList[]): BatchStep => ({
	...place,
	digest: digestOf(name),
	tags: [],
	state: 'deleted',
	reason: '',
	saved: [],
	lists,
});

const rows: ReadonlyArray<
	readonly [string, readonly BatchStep[], readonly string[]]
> = [
	['nothing where no list was written', [step('one')], []],
	[
		'a list as it was before',
		[step('one', written('A', 'B'))],
		['list A instead of B'],
	],
	[
		'the first of several, in whatever order they are told',
		[step('one', written('B', 'C')), step('two', written('A', 'B'))],
		['list A instead of B C'],
	],
	[
		'it once, where a step was tried again',
		[step('one', written('A', 'B'), written('A', 'B'), written('A', 'C'))],
		['list A instead of B C'],
	],
	[
		'two where others wrote it in between',
		[step('one', written('A', 'B')), step('two', written('X', 'Y'))],
		['list A instead of B', 'list X instead of Y'],
	],
	[
		'those of two digests apart',
		[step('one', written('A', 'B')), step('two', written('B', 'C', 'more'))],
		['list A instead of B', 'more B instead of C'],
	],
];

for (const [title, steps, expected] of rows) {
	test(`the undo of lists puts back ${title}`, t => {
		t.deepEqual(
			listUndoLists(steps).map(
				({digest, tags, replacedBy = []}) =>
					`${tags.join(' ')} ${nameOf(digest)} instead of ${replacedBy.map(one => nameOf(one)).join(' ')}`,
			),
			expected,
		);
	});
}

/** An image, two referrers of it that its list names, and another image. */
const openStage = async (t: ExecutionContext, marked = ['sbom', 'vex']) => {
	const content = createRegistryContent();
	const [image, other] = addImages(content, 'app', ['v1', 'v2', 'v3', 'v4']);
	const repository = content.repositories.get('app')!;
	const subject = {
		...repository.manifests.get(image!)!,
		size: 1,
		digest: image!,
	};
	const referrers = new Map(
		['sbom', 'vex', 'note'].map(name => [
			name,
			digestOfContent(
				addReferrer(content, 'app', {
					subject,
					artifactType: `application/vnd.${name}`,
					payload: `payload of ${name}`,
				}),
			),
		]),
	);
	const {server} = await startRegistry(t, {content});
	const tag = nameFallbackTag(image!);
	const world = openStateWorld(await makeStateFolder(t));
	const before = {
		tags: new Map(repository.tags),
		manifests: new Map(repository.manifests),
	};
	const outcomes = await deleteMarks(
		world,
		marked.map(name => ({
			registry: server.host,
			repository: 'app',
			digest: referrers.get(name)!,
		})),
	);
	t.deepEqual(
		outcomes,
		marked.map(() => 'deleted'),
	);
	return {
		world,
		content,
		repository,
		before,
		tag,
		other: other!,
		referrers,
		listNamed(): readonly string[] {
			const {bytes} = repository.manifests.get(repository.tags.get(tag)!)!;
			const text = Buffer.from(bytes).toString();
			return [...referrers]
				.filter(([, digest]) => text.includes(digest))
				.map(([name]) => name);
		},
		assertAllBack() {
			t.deepEqual(repository.tags, before.tags);
			for (const [digest, {bytes}] of before.manifests) {
				t.deepEqual(repository.manifests.get(digest)?.bytes, bytes);
			}
		},
	};
};

test('safeguard 7: the undo brings referrers back, and the list that names them under its tag', async t => {
	const stage = await openStage(t);
	t.deepEqual(stage.listNamed(), ['note']);
	const {exitCode, text} = await undoLast(stage.world);
	t.is(exitCode, 0, `undo said: ${text}`);
	t.regex(text, /put back 3/v);
	stage.assertAllBack();
	// Nothing is left to be put back.
	const again = await undoLast(stage.world);
	t.regex(again.text, /Nothing of the batch/v);
});

test('safeguard 7: a list that others have written since is shown, and left alone', async t => {
	const stage = await openStage(t);
	const {repository, tag, other} = stage;
	repository.tags.set(tag, other);
	const {exitCode, text} = await undoLast(stage.world);
	t.is(exitCode, 3);
	t.regex(
		text,
		/goes back; the tag \S+ means [\da-f]{12} now and stays there/v,
	);
	t.is(repository.tags.get(tag), other);
	// When they have taken theirs away the old one can go back.
	repository.tags.delete(tag);
	const again = await undoLast(stage.world);
	t.is(again.exitCode, 0);
	stage.assertAllBack();
});

test('safeguard 7: a list that already means what it meant before is nothing to put back', async t => {
	const stage = await openStage(t, ['sbom']);
	const {repository, before, tag} = stage;
	const digest = stage.referrers.get('sbom')!;
	repository.manifests.set(digest, before.manifests.get(digest)!);
	repository.tags.set(tag, before.tags.get(tag)!);
	const {exitCode, text} = await undoLast(stage.world);
	t.is(exitCode, 0);
	t.regex(text, /already there 1/v);
	t.false(text.includes(tag));
});

test('safeguard 7: a list goes back without what is lost', async t => {
	const stage = await openStage(t);
	const lost = stage.before.manifests.get(stage.referrers.get('vex')!)!;
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a manifest that the demo has built
	const {layers} = JSON.parse(Buffer.from(lost.bytes).toString()) as {
		layers: ReadonlyArray<{digest: string}>;
	};
	stage.content.blobs.delete(layers[0]!.digest);
	const {exitCode, text} = await undoLast(stage.world);
	t.is(exitCode, 1);
	t.regex(text, /put back 2, lost 1/v);
	t.deepEqual(stage.listNamed(), ['sbom', 'note']);
});

test('safeguard 7: a list that went back without some is put back whole when these are back', async t => {
	const stage = await openStage(t, ['sbom', 'vex', 'note']);
	const vex = stage.before.manifests.get(stage.referrers.get('vex')!)!;
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a manifest that the demo has built
	const {layers} = JSON.parse(Buffer.from(vex.bytes).toString()) as {
		layers: ReadonlyArray<{digest: string}>;
	};
	const {digest} = layers[0]!;
	const bytes = stage.content.blobs.get(digest)!;
	stage.content.blobs.delete(digest);
	const first = await undoLast(stage.world);
	t.is(first.exitCode, 1);
	t.deepEqual(stage.listNamed(), ['sbom', 'note']);
	stage.content.blobs.set(digest, bytes);
	const second = await undoLast(stage.world);
	t.is(second.exitCode, 0);
	stage.assertAllBack();
});

test('safeguard 8: a journal tells the lists that were written anew until an undo has put them back', t => {
	const list = written('A', 'B');
	const line = {...place, digest: digestOf('one')};
	const began = {kind: 'batch-began', time: '2026-11-22T00:00:00Z'};
	const stepBegan = {kind: 'step-began', ...line, tags: [], list};
	const undone = {
		kind: 'undo-step-ended',
		...place,
		digest: digestOf('A'),
		tags: ['list'],
		replacedBy: [digestOf('B')],
	};
	const read = (...lines: readonly unknown[]) =>
		readJournalText(
			[began, ...lines].map(one => `${JSON.stringify(one)}\n`).join(''),
			{batch: 'b', path: 'b.jsonl'},
		).steps;
	t.deepEqual(read(stepBegan)[0]?.lists, [list]);
	t.deepEqual(read(stepBegan, {...stepBegan, list: undefined})[0]?.lists, [
		list,
	]);
	const moved = {kind: 'restored', moved: [{tag: 'list', means: 'x'}]};
	t.deepEqual(read(stepBegan, {...undone, outcome: moved})[0]?.lists, [list]);
	const [one, ...others] = read(stepBegan, {
		...undone,
		outcome: {kind: 'restored', moved: []},
	});
	t.is(one?.lists, undefined);
	t.is(one?.state, 'in-flight');
	t.deepEqual(others, []);
});
