import type {Capabilities, RegistryKind} from '../world.js';

/** What holds for a registry of which nothing is known but that it speaks the distribution API. */
const anyRegistry: Capabilities = {
	name: 'OCI registry',
	deletesDisabledRemedy:
		"Deleting is switched off there: set storage.delete.enabled to true in the registry's configuration (REGISTRY_STORAGE_DELETE_ENABLED=true) and restart it.",
	spaceReturns: "after this registry's garbage-collect",
	listsUntagged: false,
	// Some delete the digest with all its tags when they are asked to remove one.
	whyNoTagRemoval:
		'It is not known what kind of registry this is; "kind" in the settings says it.',
	undoes:
		'It can be put back until the registry collects its garbage, and after that as far as its layers were kept (--keep-blobs).',
};

const kinds: Readonly<Record<RegistryKind, Capabilities>> = {
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
};

/** What a registry can do, by the kind that the operator says it is; what is not known to be possible is not possible. */
export const capabilitiesOf = (kind: RegistryKind | undefined): Capabilities =>
	kind === undefined ? anyRegistry : kinds[kind];
