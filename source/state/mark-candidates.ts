import type {Digest} from '../oci/digest.js';
import {formatCount} from '../text/quantities.js';
import type {Mark} from '../world.js';
import type {RulesScreen} from './rules-state.js';
import type {Command, Update} from './command.js';
import {changeMap} from './layered-map.js';
import {changeRegistry} from './open-place.js';
import {findDraft, whyNotRead} from './rules-draft.js';
import {listUnread} from './rules-scope.js';
import {findRegistry, findRepository, markKey, type State} from './state.js';
import {replaceScreen} from './trail.js';
import {selectRulesOutcome} from './select-rules-outcome.js';

/** Why nothing can be marked by the rules now; `undefined` where something can be. */
export const whyNoCandidates = (
	state: State,
	screen: RulesScreen,
): string | undefined => {
	const reason = whyNotRead(findDraft(state, screen));
	if (reason !== undefined) {
		return reason;
	}

	if (screen.slow) {
		return 'Write another pattern first: this one takes too long.';
	}

	if (!state.rules.request) {
		return 'Write what stays first. Without that everything would go.';
	}

	const outcome = selectRulesOutcome(state, screen);
	if (outcome.isComing) {
		return 'The rules are still being applied; a moment.';
	}

	return outcome.candidates === 0
		? 'By these rules nothing may go.'
		: undefined;
};

/** Marks what may go by the rules, with the safeguards of every mark, and shows the list with the reasons. */
export const markCandidates = (state: State, screen: RulesScreen): Update => {
	const reason = whyNoCandidates(state, screen);
	if (reason !== undefined) {
		return [{...state, notice: reason}, []];
	}

	const {host} = screen;
	const wanted = new Map<string, Mark>();
	const outcome = selectRulesOutcome(state, screen);
	for (const {repository, candidates, records} of outcome.judged) {
		const known = findRepository(state, host, repository).records;
		for (const digest of candidates) {
			// What has changed since it was judged is judged again first.
			if (isSame(digest, records, known)) {
				wanted.set(markKey(host, repository, digest), {
					registry: host,
					repository,
					digest,
				});
			}
		}
	}

	const marks = changeMap(state.marks, wanted);
	const rest = outcome.counted - outcome.candidates;
	const unread = listUnread(state, screen).length;
	const notice = [
		`${formatCount(wanted.size, 'digest')} marked, ${rest.toLocaleString('en')} kept.`,
		...(unread > 0
			? [`${formatCount(unread, 'repository', 'repositories')} not read yet.`]
			: []),
		'd reviews them; nothing is deleted before.',
	].join(' ');
	const [closed, commands] = closeRules(state, screen);
	return [
		{
			...closed,
			marks,
			notice,
			rules: {...closed.rules, areReasonsShown: true},
		},
		commands,
	];
};

const isSame = (
	digest: Digest,
	...[judged, known]: ReadonlyArray<ReadonlyMap<Digest, unknown>>
): boolean =>
	known?.has(digest) === true && judged?.get(digest) === known.get(digest);

/** Leaves the form. What is read for the totals of a list is gone on with. */
export const closeRules = (state: State, screen: RulesScreen): Update => {
	const {host, repository, scan} = screen;
	const closed = {...state, trail: state.trail.slice(0, -1)};
	if (repository !== undefined || scan === 'none') {
		return [closed, []];
	}

	const names = listUnread(state, screen);
	const commands: readonly Command[] = [
		{kind: 'stop-loading', place: `${host} for rules`},
		...(names.length > 0 &&
		findRegistry(state, host)?.listing.state === 'complete'
			? [{kind: 'read-repositories', host, names} as const]
			: []),
	];
	return [closed, commands];
};

/** Whether repositories are being read for the rules. */
export const isScanning = (state: State, screen: RulesScreen): boolean =>
	screen.scan === 'running' &&
	(findRegistry(state, screen.host)?.listing.state === 'loading' ||
		listUnread(state, screen).length > 0);

/** Reads no more for the rules; what has been read stays. */
export const stopScan = (state: State, screen: RulesScreen): Update => {
	const {host} = screen;
	const isListing = findRegistry(state, host)?.listing.state === 'loading';
	const stopped = replaceScreen(state, {...screen, scan: 'stopped'});
	return [
		{
			...(isListing
				? changeRegistry(stopped, host, {listing: {state: 'idle'}})
				: stopped),
			notice:
				'Stopped; what was read until now counts. Ctrl-R reads on, Esc goes back.',
		},
		[
			{kind: 'stop-loading', place: `${host} for rules`},
			{kind: 'stop-loading', place: host},
		],
	];
};
