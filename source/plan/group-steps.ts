import {parseArtifactTag} from '../oci/detail.js';
import type {Step} from './plan.js';

/**
Which steps have to keep the plan's order among themselves: all that hang together in one repository, by an index over both, by what takes the other along, by what it is about, or by a tag. Steps of
different groups rest on nothing that the other changes.

A tag hangs together with the digest that it files something under, such as the list of its referrers or its signature: those of one digest are never written at the same time.
@returns Of each step its group's number.
*/
export const groupSteps = (
	steps: readonly Step[],
): ReadonlyMap<Step, number> => {
	const numbers = new Map<string, number>();
	const heads: number[] = [];
	const numberOf = (key: string): number => {
		const number = numbers.get(key) ?? heads.length;
		if (number === heads.length) {
			heads.push(number);
			numbers.set(key, number);
		}

		return number;
	};

	const headOf = (number: number): number => {
		let head = number;
		for (let next = heads[head]; next !== undefined && next !== head;) {
			head = next;
			next = heads[head];
		}

		// The way there is short the next time.
		heads[number] = head;
		return head;
	};

	for (const step of steps) {
		const [own = 0, ...others] = listKeys(step).map(key => numberOf(key));
		for (const other of others) {
			heads[headOf(other)] = headOf(own);
		}
	}

	return new Map(
		steps.map(step => [step, headOf(numberOf(keyOf(step, step.digest)))]),
	);
};

const keyOf = ({repository}: Step, name: string): string =>
	`${repository}@${name}`;

/** What a step hangs on, its own digest first. */
const listKeys = (step: Step): readonly string[] => {
	const {
		digest,
		tags,
		onlyTag,
		parents,
		goesWith,
		about = [],
		list,
		subject,
	} = step;
	return [
		digest,
		...parents,
		...(goesWith === undefined ? [] : [goesWith]),
		...about,
		...(subject ? [subject] : []),
		...(list ? [list.digest] : []),
		...[
			...tags,
			...(onlyTag === undefined ? [] : [onlyTag]),
			...(list ? [list.tag] : []),
		].flatMap(tag => {
			const artifact = parseArtifactTag(tag);
			return artifact ? [tag, artifact.subject] : [tag];
		}),
	].map(name => keyOf(step, name));
};
