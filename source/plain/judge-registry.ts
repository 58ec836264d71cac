import {blame, type DoctorCheck, tell, type Trouble} from './doctor-check.js';
import {judgeClock} from './judge-clock.js';

/** What a registry lets a login do with a repository, as far as that can be told without doing it. */
export type DeleteRight =
	| {readonly kind: 'granted'}
	/** `actions` are those that a token was given for. */
	| {readonly kind: 'withheld'; readonly actions: readonly string[]}
	/** Its tokens say nothing, it has none, or it asks for no login. */
	| {readonly kind: 'opaque' | 'basic' | 'open'}
	| {readonly kind: 'failed'; readonly trouble: Trouble};

/** What was found out about a registry. What stands after the first trouble was not asked. */
export type RegistryFacts = {
	readonly host: string;
	/** Whether the operator has said that jetsam changes nothing there. */
	readonly isKeptWhole: boolean;
	/** How it answers to somebody without a login. */
	readonly greeting:
		| {
				readonly kind: 'answers';
				readonly scheme: string;
				/** Whether its certificate, or that there is none, was let pass by the operator. */
				readonly isUnverified: boolean;
				readonly wantsLogin: boolean;
				/** Milliseconds by which its clock is ahead; `undefined` where it does not tell. */
				readonly skew: number | undefined;
		  }
		| {readonly kind: 'silent'; readonly trouble: Trouble};
	/** What this machine has for it; `by` is the program that keeps or gives it. */
	readonly login:
		| {readonly kind: 'found'; readonly by: string}
		| {readonly kind: 'none'}
		| {readonly kind: 'failed'; readonly trouble: Trouble}
		| undefined;
	/** Whether it lets that login in. */
	readonly entry:
		| {readonly kind: 'open'}
		| {readonly kind: 'closed'; readonly trouble: Trouble}
		| undefined;
	readonly listing:
		| {
				readonly kind: 'lists';
				/** Repositories on its first page; `undefined` where one was named. */
				readonly repositories: number | undefined;
				/** The one whose tags were listed. */
				readonly repository: string | undefined;
		  }
		| {readonly kind: 'refuses'; readonly trouble: Trouble}
		| undefined;
	/** What it lets the login do with `listing.repository`. */
	readonly right: DeleteRight | undefined;
	/** Why nothing can be deleted there by the registry's API, as a sentence; known once it is open. */
	readonly whyNoDelete: string | undefined;
};

const judgeLogin = ({
	host,
	greeting,
	login,
	entry,
}: RegistryFacts): DoctorCheck => {
	if (login?.kind === 'failed') {
		return blame('login', login.trouble);
	}

	if (entry?.kind === 'closed') {
		return blame('login', entry.trouble);
	}

	const isWanted = greeting.kind === 'answers' && greeting.wantsLogin;
	if (login?.kind !== 'found') {
		return tell(
			'login',
			isWanted
				? `There is no login for ${host} on this machine; it lets anybody in, as far as that goes.`
				: `${host} asks for no login, and there is none on this machine.`,
		);
	}

	return tell(
		'login',
		isWanted
			? `${host} accepts the login that ${login.by}.`
			: `There is a login that ${login.by}; ${host} does not ask for it.`,
	);
};

const judgeListing = ({host, listing}: RegistryFacts): DoctorCheck => {
	if (listing === undefined) {
		return tell('may list', 'This was not asked.', 'unknown');
	}

	if (listing.kind === 'refuses') {
		return blame('may list', listing.trouble);
	}

	const {repositories, repository} = listing;
	if (repositories === undefined) {
		return tell('may list', `It lists the tags of ${repository ?? ''}.`);
	}

	return tell(
		'may list',
		repositories === 0
			? `${host} lists its repositories: there are none.`
			: `It lists its repositories, ${repositories} on the first page${repository === undefined ? '' : `, and the tags of ${repository}`}.`,
	);
};

const judgeRight = ({
	host,
	listing,
	right,
	whyNoDelete,
}: RegistryFacts): DoctorCheck => {
	if (whyNoDelete !== undefined) {
		const remedy = 'Looking and planning go on without it.';
		return {
			...blame('may delete', {message: whyNoDelete, remedy}),
			isByNature: true,
		};
	}

	const repository =
		listing?.kind === 'lists' ? (listing.repository ?? '') : '';
	switch (right?.kind) {
		case undefined: {
			return tell(
				'may delete',
				'There is no repository that it could be asked about.',
				'unknown',
			);
		}

		case 'granted': {
			return tell(
				'may delete',
				`Its token for ${repository} is for deletes too.`,
			);
		}

		case 'withheld': {
			const given = right.actions.join(', ');
			return blame('may delete', {
				message: `${host} gives no token that deletes in ${repository}${given === '' ? '' : `, only one for ${given}`}.`,
				remedy:
					'Log in as somebody who may delete there, or ask for that right; looking and planning go on without it.',
			});
		}

		case 'opaque': {
			return tell(
				'may delete',
				'Its tokens do not say what they are for; only a delete would show it.',
				'unknown',
			);
		}

		case 'basic': {
			return tell(
				'may delete',
				`${host} takes a name and a password, which do not say what they are for; only a delete would show it.`,
				'unknown',
			);
		}

		case 'open': {
			return tell(
				'may delete',
				`${host} asks nobody who they are; whether deletes are switched on there only a delete would show.`,
				'unknown',
			);
		}

		case 'failed': {
			return {...blame('may delete', right.trouble), state: 'unknown'};
		}
	}
};

/** What the operator has said besides goes for whatever the registry allows. */
const addCare = (
	check: DoctorCheck,
	{isKeptWhole}: RegistryFacts,
): DoctorCheck =>
	isKeptWhole
		? {
				...check,
				says: `${check.says} jetsam itself deletes nothing there: it is read-only by your own word.`,
			}
		: check;

/** What the facts mean to the operator. What cannot have been asked, because something before it failed, is left out. */
export const judgeRegistry = (facts: RegistryFacts): readonly DoctorCheck[] => {
	const {host, greeting, entry} = facts;
	if (greeting.kind === 'silent') {
		return [blame('reachable', greeting.trouble)];
	}

	const reachable = tell(
		'reachable',
		`${host} answers by ${greeting.scheme}${greeting.isUnverified ? ', which is not verified because of --insecure-registry' : ''}.`,
	);
	return [
		reachable,
		judgeLogin(facts),
		...(entry?.kind === 'open'
			? [judgeListing(facts), addCare(judgeRight(facts), facts)]
			: []),
		judgeClock(host, greeting.skew),
	];
};
