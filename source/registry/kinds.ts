import type {Capabilities, RegistryKind} from '../world.js';
import type {Nature} from './create-registry.js';
import type {Speak} from './dialects/dialect.js';
import {speakAzure} from './dialects/azure.js';
import {speakDistribution} from './dialects/distribution.js';
import {describeOthers, otherHosts} from './other-kinds.js';
import {speakGoogle} from './dialects/google.js';
import {speakHub} from './dialects/hub.js';

/** What holds for a registry of which nothing is known but that it speaks the distribution API. */
const anyRegistry: Capabilities = {
	name: 'OCI registry',
	deletesDisabledRemedy:
		"Deleting is switched off there: set storage.delete.enabled to true in the registry's configuration (REGISTRY_STORAGE_DELETE_ENABLED=true) and restart it.",
	spaceReturns: "after this registry's garbage-collect",
	listsUntagged: false,
	deletesReferrers: false,
	removesTagsFirst: false,
	whatReadsCost: undefined,
	// Some delete the digest with all its tags when they are asked to remove one.
	whyNoTagRemoval:
		'It is not known what kind of registry this is; "kind" in the settings says it.',
	undoes:
		'It can be put back until the registry collects its garbage, later only with --keep-blobs.',
};

const kinds: Readonly<Record<RegistryKind, Capabilities>> = {
	...describeOthers(anyRegistry),
	// Its API refuses to delete a tag: 400 DIGEST_INVALID.
	'distribution-2': {
		...anyRegistry,
		name: 'distribution 2',
		whyNoTagRemoval:
			'distribution 2 cannot remove a tag without its digest; it learned that in version 3.',
	},
	'distribution-3': {
		...anyRegistry,
		name: 'distribution 3',
		whyNoTagRemoval: undefined,
	},
	google: {
		name: 'Google Artifact Registry',
		deletesDisabledRemedy:
			'This repository takes no deletes: a remote or a virtual one holds what others have, and is cleared there.',
		spaceReturns: 'when Google has cleaned up, which it does by itself, later',
		listsUntagged: true,
		deletesReferrers: false,
		removesTagsFirst: true,
		whatReadsCost: undefined,
		whyNoTagRemoval: undefined,
		undoes:
			'Google itself takes nothing back. jetsam puts it back while Google still holds its layers, and it does not say how long that is; after that as far as they were kept (--keep-blobs).',
	},
	azure: {
		name: 'Azure Container Registry',
		// A 405 is a lock there, and read as one; this is for what comes with 400.
		deletesDisabledRemedy:
			'The registry does not support this delete; look at its state with az acr show.',
		spaceReturns:
			'some time after the delete; with soft delete on, when its days are over',
		listsUntagged: true,
		deletesReferrers: true,
		removesTagsFirst: false,
		whatReadsCost: undefined,
		whyNoTagRemoval: undefined,
		undoes:
			'It can be put back until the registry collects its layers, at a time that it does not tell, and after that as far as they were kept (--keep-blobs); where soft delete is switched on, az acr manifest restore brings it back for as many days as are set (7 unless set, at most 90).',
	},
	'docker-hub': {
		name: 'Docker Hub',
		deletesDisabledRemedy:
			'Docker Hub takes no delete of a digest here; its page may delete what this does not.',
		spaceReturns:
			'when Docker Hub has cleaned up, which it does by itself, later',
		listsUntagged: false,
		deletesReferrers: false,
		removesTagsFirst: true,
		whatReadsCost:
			'Docker Hub counts each manifest that is read as a pull, and lets a login pull only so many in some hours.',
		whyNoTagRemoval: undefined,
		undoes:
			'Docker Hub itself takes nothing back. jetsam puts it back while Docker Hub still holds its layers, and it does not say how long that is; after that as far as they were kept (--keep-blobs).',
	},
};

/** Hosts whose names tell what is behind them. */
const hosts: ReadonlyArray<{
	readonly pattern: RegExp;
	readonly kind: RegistryKind;
}> = [
	...otherHosts,
	{pattern: /^docker\.io$/, kind: 'docker-hub'},
	{pattern: /^[a-z\d-]+\.azurecr\.(?:io|cn|us)(?::443)?$/, kind: 'azure'},
	{pattern: /-docker\.pkg\.dev$/, kind: 'google'},
	{pattern: /^(?:[a-z\d-]+\.)?gcr\.io$/, kind: 'google'},
];

/** The kind of the registry at a host, where its name tells it. */
export const kindOfHost = (host: string): RegistryKind | undefined =>
	hosts.find(({pattern}) => pattern.test(host))?.kind;

/** What a registry can do, by the kind that the operator says it is; what is not known to be possible is not possible. */
export const capabilitiesOf = (kind: RegistryKind | undefined): Capabilities =>
	kind === undefined ? anyRegistry : kinds[kind];

/** How registries are asked that have more to say than the distribution API. */
const dialects: Readonly<Partial<Record<RegistryKind, Speak>>> = {
	azure: speakAzure,
	'docker-hub': speakHub,
	google: speakGoogle,
};

/** What a registry of a kind is, and how it is asked. */
export const natureOf = (kind: RegistryKind | undefined): Nature => ({
	capabilities: capabilitiesOf(kind),
	speak: (kind && dialects[kind]) ?? speakDistribution,
});
