import type {Digest} from '../oci/digest.js';
import {decodeText} from '../oci/json.js';
import {parseManifest} from '../oci/manifest.js';
import {UserError} from '../user-error.js';
import type {JournalLine, Trash} from '../batch.js';
import type {PutReply} from '../contents.js';
import type {Clock, Journal, Registry} from '../world.js';
import {describeError} from './execution.js';
import {putBack, putListBack, shortenList} from './put-back.js';
import {
	hasMoved,
	type MovedTag,
	undoKey,
	type UndoItem,
	type UndoOutcome,
	type UndoPreview,
} from './undo.js';

/** What an undo works with. */
export type Undoing = {
	/** Throws `UserError` where it cannot be opened. */
	readonly openRegistry: (host: string) => Promise<Registry>;
	readonly trash: Trash;
	/** `undefined` only where nothing can be changed. */
	readonly journal: Journal | undefined;
	readonly clock: Clock;
	readonly movedTags: 'left' | 'taken-back';
	/** Ends it after the item in flight. */
	readonly stop: AbortSignal;
	/** Breaks it off. */
	readonly abort: AbortSignal;
};

/** What happens during an undo. */
export type UndoEvent =
	| {readonly kind: 'undo-step-began'; readonly item: UndoItem}
	| {
			readonly kind: 'undo-step-ended';
			readonly item: UndoItem;
			readonly outcome: UndoOutcome;
	  };

/** What of a batch is there and what is not, and which tags have moved since. Only reads. What only went along and is still there is left out. */
export const previewUndo = async (
	items: readonly UndoItem[],
	{
		openRegistry,
		signal,
	}: {
		openRegistry: (host: string) => Promise<Registry>;
		signal: AbortSignal;
	},
): Promise<readonly UndoPreview[]> => {
	const previews = await Promise.all(
		items.map(async item => {
			const registry = await openRegistry(item.registry);
			const {repository, digest, tags} = item;
			const present = await registry.resolve(repository, digest, signal);
			const moved: MovedTag[] = [];
			const missing: string[] = [];
			let isTagged = true;
			for (const tag of tags) {
				const means = await registry.resolve(repository, tag, signal);
				isTagged &&= means === digest;
				if (means === undefined) {
					missing.push(tag);
				} else if (hasMoved(item, means)) {
					moved.push({tag, means});
				}
			}

			// A list of referrers that was written anew has only lost its tag.
			const isThere =
				present !== undefined && (item.replacedBy === undefined || isTagged);
			return {
				item,
				isThere,
				moved,
				...(isThere && missing.length > 0 && {missing}),
			};
		}),
	);
	return previews.filter(
		({item, isThere}) =>
			!((item.wentAlong || item.replacedBy !== undefined) && isThere),
	);
};

/**
Puts digests back, children before their indexes, and yields what happens. Whether the login may push is found out before anything is sent to a repository.
*/
export async function* undoItems(
	items: readonly UndoItem[],
	undoing: Undoing,
): AsyncGenerator<UndoEvent, void, undefined> {
	const lost = new Set<string>();
	const rights = new Map<string, Promise<PutReply>>();
	for (const item of await orderChildrenFirst(items, undoing.trash)) {
		if (undoing.stop.aborted || undoing.abort.aborted) {
			const reason = 'the undo was stopped before it';
			yield {
				kind: 'undo-step-ended',
				item,
				outcome: {kind: 'not-reached', reason},
			};
			continue;
		}

		yield {kind: 'undo-step-began', item};
		const outcome = await undoItem(item, undoing, {lost, rights});
		if (
			!['restored', 'already-there', 'would-restore'].includes(outcome.kind)
		) {
			lost.add(undoKey(item));
		}

		yield {kind: 'undo-step-ended', item, outcome};
	}
}

const undoItem = async (
	item: UndoItem,
	undoing: Undoing,
	{
		lost,
		rights,
	}: {lost: ReadonlySet<string>; rights: Map<string, Promise<PutReply>>},
): Promise<UndoOutcome> => {
	const {registry: host, repository, digest, tags} = item;
	const {trash, clock, movedTags, abort: signal} = undoing;
	const line = {
		registry: host,
		repository,
		digest,
		tags,
		...(item.replacedBy && {replacedBy: item.replacedBy}),
	};
	try {
		const registry = await undoing.openRegistry(host);
		const place = `${host}/${repository}`;
		const right = rights.get(place) ?? registry.mayPush(repository, signal);
		rights.set(place, right);
		const refusal = explainRight(await right);
		if (refusal) {
			return refusal;
		}

		const context = {registry, trash, clock, movedTags, lost, signal};
		const list = await shortenList(item, context);
		await writeLine(undoing, {
			kind: 'undo-step-began',
			...line,
			...(list && {replacement: list.digest}),
		});
		const outcome = await (list
			? putListBack(item, list, context)
			: putBack(item, context));
		await writeLine(undoing, {kind: 'undo-step-ended', ...line, outcome});
		return outcome;
	} catch (error) {
		if (!signal.aborted && !(error instanceof UserError)) {
			throw error;
		}

		return {
			kind: 'failed',
			reason: signal.aborted ? 'broken off' : describeError(error),
		};
	}
};

const explainRight = (reply: PutReply): UndoOutcome | undefined => {
	switch (reply.kind) {
		case 'accepted': {
			return undefined;
		}

		case 'held': {
			return {kind: 'would-restore'};
		}

		case 'refused': {
			return {
				kind: 'refused',
				reason: `pushing is not allowed there, so nothing was sent: ${reply.reason}`,
			};
		}

		case 'unclear': {
			return {
				kind: 'failed',
				reason: `whether pushing is allowed could not be found out, so nothing was sent: ${reply.reason}`,
			};
		}
	}
};

const writeLine = async (
	{journal, clock}: Undoing,
	line: JournalLine,
): Promise<void> =>
	journal?.append({...line, time: new Date(clock.now()).toISOString()});

/** A registry takes an index only when it has its children. */
const orderChildrenFirst = async (
	items: readonly UndoItem[],
	trash: Trash,
): Promise<readonly UndoItem[]> => {
	const byKey = new Map(items.map(item => [undoKey(item), item] as const));
	const ordered = new Set<UndoItem>();
	const visit = async (
		item: UndoItem,
		trail: ReadonlySet<string>,
	): Promise<void> => {
		if (ordered.has(item) || trail.has(undoKey(item))) {
			return;
		}

		const bytes = await trash.read(item, item.digest);
		const manifest = bytes && parseManifest(decodeText(bytes), item.mediaType);
		const below: readonly Digest[] = [
			...(manifest?.subject ? [manifest.subject] : []),
			...(manifest?.children ?? []).map(({digest}) => digest),
		];
		for (const digest of below) {
			const child = byKey.get(undoKey({...item, digest}));
			if (child) {
				await visit(child, new Set(trail).add(undoKey(item)));
			}
		}

		ordered.add(item);
	};

	for (const item of items) {
		await visit(item, new Set());
	}

	return [...ordered];
};
