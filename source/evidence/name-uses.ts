import {shortenDigest} from '../oci/digest.js';
import type {Use, UseEvidence, Need, UseRole} from './use.js';

const rank: Readonly<Record<UseRole, number>> = {
	running: 0,
	template: 1,
	revision: 2,
	file: 3,
	finished: 4,
};

const compareTexts = (one: string, other: string): number =>
	one < other ? -1 : one > other ? 1 : 0;

const compareNeeds = (one: Need, other: Need): number =>
	Number(other.blocks) - Number(one.blocks) ||
	rank[one.use.role] - rank[other.use.role] ||
	compareTexts(one.use.context, other.use.context) ||
	compareTexts(one.use.namespace, other.use.namespace) ||
	compareTexts(one.use.name, other.use.name) ||
	compareTexts(one.use.container, other.use.container);

/** Needs in the order in which they are named: what blocks first, then running before template, rollback, file and finished, then by place. */
export const sortNeeds = (needs: readonly Need[]): readonly Need[] =>
	needs.length < 2 ? needs : needs.toSorted(compareNeeds);

/** The workload behind a use, or the object itself: what an operator knows it by. */
const findHead = ({owner, kind, name}: Use): {kind: string; name: string} =>
	owner ?? {kind, name};

const nameOf = (use: Use): string => {
	const {name} = findHead(use);
	return use.namespace === '' ? name : `${use.namespace}/${name}`;
};

// Two containers, or two Pods, of one workload are one user.
const keyOf = (use: Use): string => {
	const {kind, name} = findHead(use);
	return JSON.stringify([use.context, use.namespace, kind, name]);
};

const prefixes: Readonly<Record<UseRole, string>> = {
	running: '',
	template: '',
	revision: 'rollback ',
	file: '',
	finished: 'finished ',
};

/** A digest's users in a few words: `prod/api +3`, `rollback prod/api`, `no`, or why it is unknown. Foreign in part. */
export const nameUses = (evidence: UseEvidence): string => {
	switch (evidence.state) {
		case 'yes': {
			const [first] = evidence.needs;
			if (first === undefined) {
				return 'used';
			}

			const {size} = new Set(evidence.needs.map(({use}) => keyOf(use)));
			const more = size > 1 ? ` +${size - 1}` : '';
			return `${prefixes[first.use.role]}${nameOf(first.use)}${more}`;
		}

		case 'no': {
			return 'no';
		}

		case 'unknown': {
			return evidence.why;
		}

		default: {
			const never: never = evidence;
			return never;
		}
	}
};

const verbs: Readonly<Record<UseRole, string>> = {
	running: 'runs',
	template: 'starts',
	revision: 'would roll back to',
	file: 'names',
	finished: 'ran',
};

/** Who a use belongs to: `Deployment shop/checkout (prod)`, the workload before its Pods. Foreign. */
export const describeUser = (use: Use): string => {
	const {kind, name} = findHead(use);
	const place =
		use.namespace === ''
			? `${kind} ${name}`
			: `${kind} ${use.namespace}/${name}`;
	return use.context === '' ? place : `${place} (${use.context})`;
};

/** By what a need is one: `by the tag v1`, `as the index over 41aa90ce77d1`. */
export const describeRule = ({rule, tag, through}: Need): string => {
	switch (rule) {
		case 'digest': {
			return 'by its digest';
		}

		case 'tag': {
			return tag === undefined ? 'by a tag' : `by the tag ${tag}`;
		}

		case 'image-id': {
			return 'by the image ID of the container';
		}

		case 'config': {
			return 'by the image ID of the container, which is its config';
		}

		case 'index': {
			return `as the index over ${shortenDigest(through)}`;
		}

		case 'child': {
			return `through an index, with ${shortenDigest(through)}`;
		}

		case 'referrer': {
			return `as an artifact of ${shortenDigest(through)}`;
		}

		default: {
			const never: never = rule;
			return never;
		}
	}
};

/** One need as a sentence without a full stop: `Deployment prod/api (gke-prod) runs it by the tag v1 in container app`. Foreign in part. */
export const describeNeed = (need: Need): string => {
	const {use} = need;
	return [
		describeUser(use),
		`${verbs[use.role]} it`,
		describeRule(need),
		use.container === '' ? '' : `in container ${use.container}`,
	]
		.filter(part => part !== '')
		.join(' ');
};
