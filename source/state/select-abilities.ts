import type {Capabilities} from '../world.js';
import {findRegistry, type State} from './state.js';

/** What a registry can and cannot do, in a few words each; what hurts most comes first. */
export const listAbilities = (
	capabilities: Capabilities,
	{catalog}: {readonly catalog: 'open' | 'closed'},
): readonly string[] => [
	capabilities.name,
	...(capabilities.whyNoDelete === undefined ? [] : ['cannot delete this way']),
	...(catalog === 'closed' ? ['lists no repositories'] : []),
	...(capabilities.whatReadsCost === undefined ? [] : ['reads count as pulls']),
	...(capabilities.notes ?? []),
	capabilities.listsUntagged ? 'lists untagged too' : 'lists no untagged',
	...(capabilities.whyNoDelete === undefined
		? [
				`space ${capabilities.spaceReturns.replace("this registry's", 'its')}`,
				capabilities.whyNoTagRemoval === undefined
					? 'a tag can go alone'
					: 'no tag goes alone',
				...(capabilities.removesTagsFirst
					? ['tags go before their digest']
					: []),
			]
		: []),
];

const separator = ' · ';
const more = `${separator}e: more`;

/**
One line of what a registry can and cannot do, no longer than so many characters: as many of its words as fit, and where the rest is. `undefined` while it is not open.
*/
export const selectAbilities = (
	state: State,
	host: string,
	width: number,
): string | undefined => {
	const registry = findRegistry(state, host);
	if (registry?.capabilities === undefined) {
		return undefined;
	}

	const words = listAbilities(registry.capabilities, registry);
	const whole = words.join(separator);
	if (whole.length <= width) {
		return whole;
	}

	let line = '';
	for (const word of words) {
		const longer = line === '' ? word : `${line}${separator}${word}`;
		if (longer.length + more.length <= width) {
			line = longer;
		}
	}

	return `${line}${more}`;
};
