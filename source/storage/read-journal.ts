import {parseDigest} from '../oci/digest.js';
import {isJsonObject, parseJson} from '../oci/json.js';
import {isRepositoryName} from '../oci/reference.js';
import {UserError} from '../user-error.js';
import type {
	BatchRecord,
	BatchStep,
	BatchStepState,
	SavedManifest,
	WrittenList,
} from '../batch.js';

type Fields = Readonly<Record<string, unknown>>;

/** What the lines of a journal have told so far. */
type Story = {
	readonly steps: Map<string, BatchStep>;
	begin: Fields | undefined;
	endedAt: number | undefined;
};

const readText = (value: unknown): string =>
	typeof value === 'string' ? value : '';

const readTexts = (value: unknown): string[] =>
	Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : [];

const readObjects = (value: unknown): Fields[] =>
	Array.isArray(value) ? value.filter(entry => isJsonObject(entry)) : [];

const readTime = (line: Fields | undefined): number | undefined => {
	const time = Date.parse(readText(line?.['time']));
	return Number.isNaN(time) ? undefined : time;
};

/** Names a step within a batch. */
const stepKey = ({
	registry,
	repository,
	digest,
	onlyTag,
}: Pick<BatchStep, 'registry' | 'repository' | 'digest' | 'onlyTag'>): string =>
	[registry, repository, digest, onlyTag ?? ''].join(' ');

type Place = Pick<BatchStep, 'registry' | 'repository' | 'digest' | 'onlyTag'>;

/** The digest or the tag that a line is about; `undefined` where it names none. */
const readPlace = (fields: Fields, registry: string): Place | undefined => {
	const {repository} = fields;
	const digest = parseDigest(fields['digest']);
	const onlyTag = readText(fields['onlyTag']);
	return registry !== '' && isRepositoryName(repository) && digest
		? {registry, repository, digest, ...(onlyTag === '' ? {} : {onlyTag})}
		: undefined;
};

const readSaved = (value: unknown): SavedManifest[] =>
	readObjects(value).flatMap(fields => {
		const digest = parseDigest(fields['digest']);
		return digest
			? [
					{
						digest,
						mediaType: readText(fields['mediaType']),
						tags: readTexts(fields['tags']),
					},
				]
			: [];
	});

const readList = (value: unknown): WrittenList | undefined => {
	const fields = isJsonObject(value) ? value : {};
	const digest = parseDigest(fields['digest']);
	const replacement = parseDigest(fields['replacement']);
	const tag = readText(fields['tag']);
	return digest && replacement && tag !== ''
		? {tag, digest, mediaType: readText(fields['mediaType']), replacement}
		: undefined;
};

const states: ReadonlyMap<string, BatchStepState> = new Map([
	['deleted', 'deleted'],
	['absent', 'absent'],
	['refused', 'refused'],
	['failed', 'failed'],
	['not-reached', 'not-begun'],
	['would-delete', 'not-begun'],
]);

const takePlans = ({steps}: Story, line: Fields): void => {
	for (const plan of readObjects(line['plans'])) {
		for (const fields of readObjects(plan['steps'])) {
			const place = readPlace(fields, readText(plan['registry']));
			if (place && !steps.has(stepKey(place))) {
				steps.set(stepKey(place), {
					...place,
					tags: readTexts(fields['tags']),
					state: 'not-begun',
					reason: '',
					saved: [],
				});
			}
		}
	}
};

const takeStep = (
	{steps}: Story,
	line: Fields,
	change: (step: BatchStep) => Partial<BatchStep>,
): void => {
	const place = readPlace(line, readText(line['registry']));
	if (!place) {
		return;
	}

	const key = stepKey(place);
	const step: BatchStep = steps.get(key) ?? {
		...place,
		tags: readTexts(line['tags']),
		state: 'not-begun',
		reason: '',
		saved: [],
	};
	steps.set(key, {...step, ...change(step)});
};

const readOutcome = (
	line: Fields,
): {readonly kind: string; readonly reason: string} => {
	const outcome = isJsonObject(line['outcome']) ? line['outcome'] : {};
	return {
		kind: readText(outcome['kind']),
		reason: readText(outcome['reason']),
	};
};

/** Whether an undo put all of an item back. Where a tag was left elsewhere it can still be taken back. */
const isWhollyBack = (line: Fields): boolean => {
	const outcome = isJsonObject(line['outcome']) ? line['outcome'] : {};
	return (
		['restored', 'already-there'].includes(readText(outcome['kind'])) &&
		readObjects(outcome['moved']).length === 0 &&
		readTexts(outcome['without']).length === 0
	);
};

/** What an undo may have put in the place of a list that it could not put back whole. */
const noteShortList = ({steps}: Story, line: Fields): void => {
	const digest = readText(line['digest']);
	const replacement = parseDigest(line['replacement']);
	for (const [key, step] of steps) {
		const list = step.lists?.find(one => one.digest === digest);
		if (
			list &&
			replacement &&
			step.registry === line['registry'] &&
			step.repository === line['repository']
		) {
			const lists = [...(step.lists ?? []), {...list, replacement}];
			steps.set(key, {...step, lists});
			break;
		}
	}
};

/** A list of referrers that an undo has put back is no longer written anew. */
const forgetLists = ({steps}: Story, line: Fields): void => {
	const back = new Set([
		readText(line['digest']),
		...readTexts(line['replacedBy']),
	]);
	for (const [key, {lists = [], ...step}] of steps) {
		if (
			step.registry === line['registry'] &&
			step.repository === line['repository']
		) {
			const left = lists.filter(({digest}) => !back.has(digest));
			steps.set(key, {...step, ...(left.length > 0 && {lists: left})});
		}
	}
};

const takeLine = (story: Story, line: Fields): void => {
	switch (line['kind']) {
		case 'batch-began':
		case 'batch-resumed': {
			story.begin ??= line;
			story.endedAt = undefined;
			takePlans(story, line);
			break;
		}

		case 'step-began': {
			takeStep(story, line, ({saved, state, tags, lists = []}) => {
				const found = readSaved(line['saved']);
				const list = readList(line['list']);
				// Where it began before, that run may have removed tags that this one never saw.
				const earlier = ['in-flight', 'failed'].includes(state) ? tags : [];
				return {
					state: 'in-flight',
					tags: [...new Set([...earlier, ...readTexts(line['tags'])])],
					saved: found.length > 0 ? found : saved,
					...(list && {lists: [...lists, list]}),
				};
			});
			break;
		}

		case 'step-ended': {
			takeStep(story, line, ({state}) => {
				const {kind, reason} = readOutcome(line);
				// An outcome that is not known leaves open how it went.
				return {state: states.get(kind) ?? state, reason};
			});
			break;
		}

		case 'undo-step-began': {
			noteShortList(story, line);
			break;
		}

		case 'undo-step-ended': {
			if (line['replacedBy'] === undefined) {
				takeStep(story, line, ({state}) => ({
					state: isWhollyBack(line) ? 'restored' : state,
				}));
			} else if (isWhollyBack(line)) {
				forgetLists(story, line);
			}

			break;
		}

		case 'batch-ended': {
			story.endedAt = readTime(line);
			break;
		}

		default: {
			break;
		}
	}
};

/**
What the text of a journal tells. A last line that was cut off counts for nothing, because what it would have told was not done before it was whole; any other line that cannot be read is named.

Throws `UserError` where its first line does not say which batch began.
*/
export const readJournalText = (
	text: string,
	{batch, path}: {batch: string; path: string},
): BatchRecord => {
	const story: Story = {steps: new Map(), begin: undefined, endedAt: undefined};
	const damagedLines: number[] = [];
	const lines = text.split('\n');
	for (const [index, line] of lines.entries()) {
		const fields = parseJson(line);
		if (isJsonObject(fields)) {
			takeLine(story, fields);
		} else if (index < lines.length - 1) {
			damagedLines.push(index + 1);
		}
	}

	const beganAt = readTime(story.begin);
	if (beganAt === undefined) {
		throw new UserError(
			`The journal ${path} is damaged: it does not say what its batch was.`,
			{
				remedy:
					'Nothing was deleted before that line was whole; look at the file, or restore it from a backup.',
			},
		);
	}

	return {
		batch,
		path,
		user: readText(story.begin?.['user']),
		machine: readText(story.begin?.['machine']),
		beganAt,
		endedAt: story.endedAt,
		steps: [...story.steps.values()],
		damagedLines,
	};
};
