import type {BatchRecord, BatchStep} from '../../source/batch.js';
import {decodeText} from '../../source/oci/json.js';
import {UserError} from '../../source/user-error.js';
import {type CrashStage, listContent, undoBatch} from './crash-stage.js';

/** The batch on disk, besides earlier ones; `undefined` where its journal was not begun whole. */
export const findBatch = async (
	{world}: CrashStage,
	besides: ReadonlySet<string> = new Set(),
): Promise<BatchRecord | undefined> => {
	for (const batch of await world.batches.list()) {
		if (!besides.has(batch)) {
			try {
				return await world.batches.read(batch);
			} catch (error) {
				if (!(error instanceof UserError)) {
					throw error;
				}
			}
		}
	}

	return undefined;
};

const nameOf = (step: {repository: string; digest: string}): string =>
	`${step.repository}@${step.digest}`;

/** What of the batch is not there any more, `REPOSITORY@DIGEST`. */
export const listGone = ({content, going}: CrashStage): ReadonlySet<string> => {
	const there = new Set(
		[...content.repositories].flatMap(([repository, {manifests}]) =>
			[...manifests.keys()].map(digest => `${repository}@${digest}`),
		),
	);
	return new Set([...going].filter(name => !there.has(name)));
};

/** What was to stay, and its tags, and is not as it was. */
const findLost = (stage: CrashStage): readonly string[] => {
	const now = new Set(listContent(stage.content));
	const gone = listGone(stage);
	return stage.before
		.filter(line => !now.has(line))
		.filter(line => {
			const [what = '', digest = ''] = line.split(' ');
			const name = what.includes('@')
				? what
				: `${what.split(':', 1).join('')}@${digest}`;
			return !gone.has(name);
		})
		.map(line => `${line.split(' ', 1).join('')} is gone, and was to stay`);
};

/** The tags of a digest before anything was done. */
const listTags = (
	{before}: CrashStage,
	{repository, digest}: BatchStep,
): readonly string[] =>
	before
		.filter(
			line => line.startsWith(`${repository}:`) && line.endsWith(` ${digest}`),
		)
		.map(line => line.slice(repository.length + 1, line.indexOf(' ')));

/** What of a digest that is gone could not be put back. */
const findUnsaved = async (
	stage: CrashStage,
	{batch}: BatchRecord,
	step: BatchStep,
): Promise<readonly string[]> => {
	const name = nameOf(step);
	const text = stage.before.find(line => line.startsWith(`${name} `)) ?? '';
	const [, mediaType = '', ...manifest] = text.split(' ');
	const trash = stage.world.batches.openTrash(batch);
	const bytes = await trash.read(step, step.digest);
	const [own] = step.saved;
	const tags = listTags(stage, step);
	return [
		...(bytes && decodeText(bytes) === manifest.join(' ')
			? []
			: [`${name} is gone, and not in the trash`]),
		...(own?.mediaType === mediaType &&
		own.tags.toSorted().join(' ') === tags.join(' ')
			? []
			: [`${name} is gone, and its journal does not know what it was`]),
	];
};

/** Whether journal, trash and registry tell the same story: returns what is wrong. */
export const compareStories = async (
	stage: CrashStage,
	record: BatchRecord | undefined,
): Promise<readonly string[]> => {
	const gone = listGone(stage);
	const wrong = [...findLost(stage)];
	const steps = new Map(record?.steps.map(step => [nameOf(step), step]));
	for (const name of gone) {
		const step = steps.get(name);
		if (record && step && ['deleted', 'in-flight'].includes(step.state)) {
			wrong.push(...(await findUnsaved(stage, record, step)));
		} else {
			wrong.push(
				`${name} is gone, and its journal says ${step?.state ?? 'nothing'}`,
			);
		}
	}

	for (const [name, {state}] of steps) {
		const isToldGone = ['deleted', 'absent', 'restored'].includes(state);
		if (state !== 'in-flight' && isToldGone !== gone.has(name)) {
			wrong.push(`${name} is ${state} in its journal, and that is not so`);
		}
	}

	return wrong;
};

/** Takes the configs of what is gone from the registry, as its garbage collection does: only the trash has them then. */
const collectConfigs = (stage: CrashStage): void => {
	const gone = listGone(stage);
	for (const line of stage.before) {
		const [name = '', , ...text] = line.split(' ');
		const config =
			/"config":\{[^\}]*"digest":"(?<digest>[^"]+)"/v.exec(text.join(' '))
				?.groups?.['digest'] ?? '';
		if (gone.has(name)) {
			stage.content.blobs.delete(config);
		}
	}
};

/** `jetsam undo` after the registry has collected its garbage: returns what is not as it was before the batch. */
export const bringBack = async (
	stage: CrashStage,
	batch: string,
): Promise<readonly string[]> => {
	const {content, before, world} = stage;
	const blobs = [...content.blobs];
	collectConfigs(stage);
	const {exitCode, text} = await undoBatch(world, batch);
	const now = listContent(content);
	return [
		...(exitCode === 0 ? [] : [`undo ended with ${exitCode}: ${text}`]),
		...(now.join('\n') === before.join('\n')
			? []
			: ['undo did not bring everything back']),
		...blobs
			.filter(
				([digest, bytes]) =>
					String(content.blobs.get(digest)) !== String(bytes),
			)
			.map(([digest]) => `undo did not bring back the blob ${digest}`),
	];
};
