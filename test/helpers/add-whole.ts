import {addBlob, addManifest} from '../../source/demo/build-content.js';
import type {RegistryContent} from '../../source/demo/registry-content.js';

/** The platform of an architecture. */
export const platformOf = (architecture: string) => ({
	os: 'linux',
	architecture,
});

/** An image whose layers are really there. */
export const addWhole = (
	content: RegistryContent,
	name: string,
	{
		layers,
		architecture = 'amd64',
		tags = [],
	}: {
		layers: ReadonlyArray<readonly [text: string, size: number]>;
		architecture?: string;
		tags?: readonly string[];
	},
) => {
	const mediaType = 'application/vnd.oci.image.manifest.v1+json';
	const config = addBlob(
		content,
		JSON.stringify({...platformOf(architecture), config: {}}),
		'application/vnd.oci.image.config.v1+json',
	);
	const bytes = JSON.stringify({
		schemaVersion: 2,
		mediaType,
		config,
		layers: layers.map(([text, size]) =>
			addBlob(
				content,
				text.repeat(size / text.length),
				'application/vnd.oci.image.layer.v1.tar',
			),
		),
	});
	return addManifest(content, name, {bytes, mediaType, tags});
};
