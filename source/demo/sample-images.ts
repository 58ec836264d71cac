import type {ContainerSketch} from './cluster-workloads.js';
import {computeDigest, type RegistryContent} from './registry-content.js';

/** The registry that a sample cluster pulls from. */
export type SampleRegistry = {
	/** `127.0.0.1:PORT`. */
	readonly host: string;
	readonly content: RegistryContent;
};

/** The images of the sample registry and of others, as containers name and report them. */
export type SampleImages = {
	/** A container that runs what a tag means now. */
	readonly run: (
		name: string,
		repository: string,
		tag: string,
	) => Promise<ContainerSketch>;
	/** The digest that a tag means now. */
	readonly findDigest: (repository: string, tag: string) => Promise<string>;
	/** The full version that shares a digest with a tag such as `latest`. */
	readonly version: (repository: string, tag: string) => Promise<string>;
	/** The digest of the config of what a tag means, if that is a single image. */
	readonly findConfig: (repository: string, tag: string) => Promise<string>;
	/** `HOST/REPOSITORY`. */
	readonly place: (repository: string) => string;
};

/** A container with an image of another registry, which runs as some digest. */
export const runElsewhere = (name: string, image: string): ContainerSketch => ({
	name,
	image,
	imageId: `${image.replace(/:[^:\/]*$/v, '')}@${computeDigest(image)}`,
});

/** Looks images up in a registry's content, which builds each repository that is looked at. */
export const createSampleImages = ({
	host,
	content,
}: SampleRegistry): SampleImages => {
	const open = async (repository: string) => {
		const found = content.repositories.get(repository);
		if (!found) {
			throw new Error(`The sample world has no repository ${repository}.`);
		}

		await found.prepare?.();
		return found;
	};

	const findDigest = async (
		repository: string,
		tag: string,
	): Promise<string> => {
		const {tags} = await open(repository);
		const digest = tags.get(tag);
		if (digest === undefined) {
			throw new Error(`The sample world has no ${repository}:${tag}.`);
		}

		return digest;
	};

	const place = (repository: string): string => `${host}/${repository}`;
	return {
		findDigest,
		place,
		async run(name, repository, tag) {
			const digest = await findDigest(repository, tag);
			return {
				name,
				image: `${place(repository)}:${tag}`,
				imageId: `${place(repository)}@${digest}`,
			};
		},
		async version(repository, tag) {
			const digest = await findDigest(repository, tag);
			const {tags} = await open(repository);
			const versions = [...tags]
				.filter(([, other]) => other === digest)
				.map(([name]) => name)
				.filter(name => /\d$/v.test(name));
			return (
				versions.toSorted((one, other) => other.length - one.length)[0] ?? tag
			);
		},
		async findConfig(repository, tag) {
			const {manifests} = await open(repository);
			const stored = manifests.get(await findDigest(repository, tag));
			const text = new TextDecoder().decode(stored?.bytes);
			const {digest} =
				/"config":\{[^\}]*"digest":"(?<digest>[^"]+)"/v.exec(text)?.groups ??
				{};
			return digest ?? '';
		},
	};
};
