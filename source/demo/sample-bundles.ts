import {addImage, addIndex, type ContentDescriptor} from './build-content.js';
import type {RegistryContent} from './registry-content.js';

/** The sample world's repository of nested indexes. */
export const releaseBundles = 'platform/release-bundles';

const count = 12;
const parts = ['api', 'web', 'worker'];

/** Fills it with what a release consists of: an index of indexes; on the newest one index inside has a tag of its own. */
export function* fillReleaseBundles(
	content: RegistryContent,
	now: Date,
): Iterable<void> {
	for (let position = 0; position < count; position++) {
		const name = `bundle-${count - position}`;
		const created = new Date(now.getTime() - (position * 14 + 5) * 86_400_000);
		const children = parts.map(part =>
			addPart(content, {
				created,
				name: `${part} of ${name}`,
				tags: position === 0 && part === 'web' ? ['web-preview'] : [],
			}),
		);
		addIndex(content, releaseBundles, {
			tags: position === 0 ? [name, 'current'] : [name],
			children,
			annotations: Object.fromEntries([
				['org.opencontainers.image.created', created.toISOString()],
			]),
		});
		yield;
	}
}

function addPart(
	content: RegistryContent,
	options: {
		readonly created: Date;
		readonly name: string;
		readonly tags: readonly string[];
	},
): ContentDescriptor {
	const {created, name, tags} = options;
	const children = ['amd64', 'arm64'].map(architecture => {
		const platform = {os: 'linux', architecture};
		const layers = [
			{size: 29 * 1_048_576, seed: `bundle base ${architecture}`},
			{size: 8_912_896, seed: `${name} ${architecture}`},
		];
		const image = {created, platform, layers};
		return {...addImage(content, releaseBundles, image), platform};
	});
	return addIndex(content, releaseBundles, {
		tags,
		children,
		annotations: Object.fromEntries([['org.opencontainers.image.title', name]]),
	});
}
