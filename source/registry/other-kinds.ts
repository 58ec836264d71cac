import type {Capabilities, RegistryKind} from '../world.js';

/** Kinds that are spoken with by the distribution API alone. */
export type OtherKind = Extract<
	RegistryKind,
	'ecr' | 'ghcr' | 'gitlab' | 'harbor' | 'quay' | 'zot'
>;

const gitHubDeletesElsewhere =
	"GitHub's registry deletes nothing by the registry API: delete the package's versions on GitHub, or by its packages API.";

/** What these registries can do, by their documentation and their source; what neither tells is as with any registry. */
export const describeOthers = (
	anyRegistry: Capabilities,
): Readonly<Record<OtherKind, Capabilities>> => ({
	ecr: {
		...anyRegistry,
		name: 'Amazon ECR',
		deletesDisabledRemedy:
			'Amazon ECR takes no deletes this way; aws ecr batch-delete-image does it.',
		spaceReturns: 'some time after the delete, by itself',
		whatReadsCost:
			'Amazon ECR counts each manifest that is read as a pull: it moves the time of the last recorded pull.',
		// Another program may remove the other tags meanwhile, and then this one is the last.
		whyNoTagRemoval:
			'Amazon ECR deletes an image together with its last tag, so no tag is removed alone here.',
		notes: ['the last tag takes its image along'],
		undoes:
			'Amazon ECR itself takes nothing back. jetsam puts it back while ECR still holds its layers, and it does not say how long that is; after that as far as they were kept (--keep-blobs).',
	},
	ghcr: {
		...anyRegistry,
		name: 'GitHub registry',
		whyNoDelete: gitHubDeletesElsewhere,
		deletesDisabledRemedy: gitHubDeletesElsewhere,
		spaceReturns:
			'when GitHub has deleted the version, which it does by itself',
		whatReadsCost:
			"GitHub's registry counts each manifest that is read as a download.",
		whyNoTagRemoval: "GitHub's registry removes no tag by the registry API.",
		undoes:
			'GitHub restores a deleted version for 30 days, on its page or by its packages API.',
	},
	gitlab: {
		...anyRegistry,
		name: 'GitLab registry',
		whyNoTagRemoval:
			'It is not known whether this GitLab removes a tag without its digest; its own page does.',
	},
	harbor: {
		...anyRegistry,
		name: 'Harbor',
		deletesDisabledRemedy:
			"Harbor takes no delete here: look at the project's immutability rules, and whether Harbor is read-only.",
		spaceReturns: "after Harbor's garbage collection, a job of its own",
		deletesReferrers: true,
		whatReadsCost:
			'Harbor counts each manifest that is read as a pull, and moves its pull time.',
		whyNoTagRemoval:
			'Harbor removes a tag by its own API only, which jetsam does not speak; its page does.',
		notes: ['signatures go with their image'],
	},
	quay: {
		...anyRegistry,
		name: 'Quay',
		spaceReturns:
			'when Quay has collected it, after the days of its time machine',
		whyNoTagRemoval:
			'It is not known whether Quay removes a tag without its digest; its own page does.',
		undoes:
			'It can be put back for as long as the time machine of Quay is set (two weeks unless set otherwise), later as far as its layers were kept (--keep-blobs).',
	},
	zot: {
		...anyRegistry,
		name: 'zot',
		deletesDisabledRemedy:
			'zot takes no delete here: look at the access control in its configuration.',
		spaceReturns:
			"when zot's garbage collection has run, which it does by itself",
		whyNoTagRemoval:
			'It is not known whether this zot removes a tag without its digest.',
	},
});

/** Those of them whose hosts' names tell. */
export const otherHosts: ReadonlyArray<{
	readonly pattern: RegExp;
	readonly kind: OtherKind;
}> = [
	{pattern: /^ghcr\.io$/, kind: 'ghcr'},
	{pattern: /^registry\.gitlab\.com$/, kind: 'gitlab'},
	{pattern: /^quay\.io$/, kind: 'quay'},
	{
		pattern:
			/^\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z\d-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/,
		kind: 'ecr',
	},
];
