import {addImage} from './build-content.js';
import {createRandom, pickInteger} from './random.js';
import type {RegistryContent} from './registry-content.js';

/** The sample world's repository of one person's tries. */
export const scratch = 'sandbox/jdoe/scratch';

// Tag and age in days; oldest last. Equal tags in other letters are different tags.
const tries: ReadonlyArray<readonly [string, number]> = [
	['asdf', 0.002],
	['test', 0.004],
	['test2', 0.02],
	['works-on-my-machine', 0.3],
	['do-not-delete', 190],
	['DO-NOT-DELETE', 190.5],
	['_', 201],
	['1', 205],
	['01', 205.1],
	['friday-demo', 333],
	['final', 410],
	['final-final', 410.1],
	['final-FINAL-v2', 411],
	['tmp', 640],
	['0000000', 900],
	['before-vacation', 1290],
	[`${'very-'.repeat(24)}long-tag`, 1300],
];

/** Fills it with images of all sizes, named in a hurry. */
export function* fillScratch(
	content: RegistryContent,
	now: Date,
): Iterable<void> {
	const random = createRandom(scratch);
	for (const [tag, ageInDays] of tries) {
		const size = Math.round(1024 * 1024 ** (2 * random()));
		addImage(content, scratch, {
			tags: [tag],
			created: new Date(now.getTime() - ageInDays * 86_400_000),
			layers: Array.from({length: pickInteger(random, 1, 7)}, (_, part) => ({
				size,
				seed: `${scratch} ${tag} ${part}`,
			})),
			labels: {maintainer: 'jdoe'},
			entrypoint: ['/bin/sh', '-c', 'sleep infinity'],
		});
		yield;
	}
}
