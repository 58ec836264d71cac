import type {PieceReader} from './engines/log-format.js';
import type {PullRecord, ReadRecord} from './pull-record.js';
import {resolveSession, type TimedRecord} from './resolve-session.js';
import {createTagHistory, type TagHistory} from './tag-history.js';

/** The longest time between two requests of one pull, in milliseconds. */
const window = 60_000;
/** Requests that one session, and that all of them, hold before they are told; beyond it a pull may be told as two. */
const mostInSession = 1000;
const mostHeld = 20_000;

type Session = {
	readonly records: TimedRecord[];
	first: number;
	last: number;
};

/** Joins the requests of a stream into pulls; records go in and come out, later and fewer. */
export type RequestJoiner = {
	readonly add: (record: PullRecord) => readonly PullRecord[];
	/** What was held back. */
	readonly end: () => readonly PullRecord[];
};

const isRequest = (record: PullRecord): record is TimedRecord =>
	record.time !== undefined &&
	record.count === 1 &&
	(record.action === 'pull' || record.action === 'check') &&
	(record.image.kind === 'digest' || record.image.kind === 'tag') &&
	// Without either, all clients would be one.
	(record.client !== '' || record.agent !== '');

const keyOf = ({host, repository, client, agent}: PullRecord): string =>
	JSON.stringify([host, repository, client, agent]);

/** A tag's record, credited to the digest that the tag is known to have meant. */
const credit = (record: PullRecord, history: TagHistory): PullRecord => {
	const digest =
		record.image.kind === 'tag' && record.action !== 'push'
			? history.meaningOf(record)
			: undefined;
	return record.image.kind === 'tag' && digest !== undefined
		? {...record, image: {kind: 'digest', digest}, tag: record.image.tag}
		: record;
};

/** Puts a request into its session; `false` where it is too far from it in time. */
const extend = (session: Session, record: TimedRecord): boolean => {
	if (
		record.time > session.last + window ||
		record.time < session.first - window ||
		session.records.length >= mostInSession
	) {
		return false;
	}

	session.records.push(record);
	session.first = Math.min(session.first, record.time);
	session.last = Math.max(session.last, record.time);
	return true;
};

/**
Joins the requests that one client made for one pull, in a log that tells requests one by one: see `resolveSession`. It also credits a tag's pull to the digest that a push in the same stream gave it.

What it holds is bounded: the requests of the last minute, and at most 20,000. The stream may go forwards or backwards in time.
*/
export const createRequestJoiner = (): RequestJoiner => {
	// In the order in which they were last added to.
	const sessions = new Map<string, Session>();
	const history = createTagHistory({tolerance: window});
	let held = 0;

	const close = (key: string): readonly PullRecord[] => {
		const records = sessions.get(key)?.records ?? [];
		sessions.delete(key);
		held -= records.length;
		return resolveSession(records, {
			window,
			findMeaning: history.meaningOf,
		}).map(record => credit(record, history));
	};

	/** Closes what nothing can be added to any more. */
	const sweep = (time: number): readonly PullRecord[] => {
		const told: PullRecord[] = [];
		for (const [key, {first, last}] of sessions) {
			if (held <= mostHeld && time <= last + window && time >= first - window) {
				break;
			}

			told.push(...close(key));
		}

		return told;
	};

	const addRequest = (record: TimedRecord): readonly PullRecord[] => {
		const key = keyOf(record);
		const known = sessions.get(key);
		const isExtended = known !== undefined && extend(known, record);
		const told = isExtended ? [] : close(key);
		sessions.delete(key);
		sessions.set(
			key,
			isExtended
				? known
				: {records: [record], first: record.time, last: record.time},
		);
		held += 1;
		return [...told, ...sweep(record.time)];
	};

	return {
		add(record) {
			history.learn(record);
			return isRequest(record) ? addRequest(record) : [credit(record, history)];
		},
		end: () => [...sessions.keys()].flatMap(key => close(key)),
	};
};

const asRead = (record: PullRecord): ReadRecord => ({kind: 'record', record});

/** Reads a file with its requests joined into pulls. */
export const joinRequests = ({read, end}: PieceReader): PieceReader => {
	const joiner = createRequestJoiner();
	const join = (piece: ReadRecord): readonly ReadRecord[] =>
		piece.kind === 'record'
			? joiner.add(piece.record).map(record => asRead(record))
			: [piece];
	return {
		read: piece => read(piece).flatMap(entry => join(entry)),
		end: () => [
			...(end?.() ?? []).flatMap(entry => join(entry)),
			...joiner.end().map(record => asRead(record)),
		],
	};
};
