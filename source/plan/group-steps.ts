import type {Digest} from '../oci/digest.js';
import type {Step} from './plan.js';

/**
Which steps have to keep the plan's order among themselves: all that hang together in one repository, by an index over both, by what takes the other along, or by a tag of the same digest. Steps of different groups rest on nothing that the other changes.

@returns Of each step its group's number.
*/
export const groupSteps = (
	steps: readonly Step[],
): ReadonlyMap<Step, number> => {
	const numbers = new Map<string, number>();
	const heads: number[] = [];
	const numberOf = ({repository}: Step, digest: Digest): number => {
		const key = `${repository}@${digest}`;
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

		heads[number] = head;
		return head;
	};

	for (const step of steps) {
		const own = headOf(numberOf(step, step.digest));
		for (const other of [...step.parents, step.goesWith ?? []].flat()) {
			heads[headOf(numberOf(step, other))] = own;
		}
	}

	return new Map(
		steps.map(step => [step, headOf(numberOf(step, step.digest))]),
	);
};
