import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Metafile} from 'esbuild';

/** A package that has code in the bundle. */
type BundledPackage = {
	readonly name: string;
	readonly version: string;
	readonly license: string;
	/** The text of its license file; an empty text where it ships none. */
	readonly text: string;
};

/** The folders of the packages that put at least one byte into an output. */
const findFolders = (metafile: Metafile): string[] => {
	const inputs = Object.values(metafile.outputs).flatMap(output =>
		Object.entries(output.inputs)
			.filter(([, {bytesInOutput}]) => bytesInOutput > 0)
			.map(([input]) => input),
	);
	const folders = inputs.flatMap(
		input =>
			/^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.groups?.[
				'folder'
			] ?? [],
	);
	return [...new Set(folders)];
};

const readPackage = async (folder: string): Promise<BundledPackage> => {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- npm wrote it
	const {name, version, license} = JSON.parse(
		await readFile(path.join(folder, 'package.json'), 'utf8'),
	) as {name: string; version: string; license?: string};
	const files = await readdir(folder);
	const file = files.find(entry =>
		/^(?:licen[cs]e|copying|notice)/i.test(entry),
	);
	return {
		name,
		version,
		license: license ?? '(see its text)',
		text: file ? await readFile(path.join(folder, file), 'utf8') : '',
	};
};

const nameOf = ({name, version, license}: BundledPackage): string =>
	`${name} ${version}\nLicense: ${license}\n`;

/** The packages whose license texts have the same words, in the order of the first of each. */
const groupByText = (
	packages: readonly BundledPackage[],
): ReadonlyArray<readonly BundledPackage[]> => {
	const groups = new Map<string, BundledPackage[]>();
	for (const entry of packages) {
		const words = entry.text.replaceAll(/\s+/g, ' ').trim();
		groups.set(words, [...(groups.get(words) ?? []), entry]);
	}

	return [...groups.values()];
};

/** Each package by name, and below them the text that they share. */
const describeGroup = (packages: readonly BundledPackage[]): string => {
	const text = packages[0]?.text.trim() ?? '';
	return `${packages.map(entry => nameOf(entry)).join('')}\n${text === '' ? '(The package ships no license file.)' : text}\n`;
};

/**
The notices that the licenses of the bundled packages ask for, one after the other; a text that several share stands once.
@param root - The folder that the metafile's paths begin in.
*/
export const collectNotices = async (
	metafile: Metafile,
	root: string,
): Promise<string> => {
	const packages = await Promise.all(
		findFolders(metafile).map(async folder =>
			readPackage(path.join(root, folder)),
		),
	);
	const sorted = packages.toSorted((first, second) =>
		first.name.localeCompare(second.name, 'en'),
	);
	return [
		'jetsam holds code of these packages.\n',
		...groupByText(sorted).map(group => describeGroup(group)),
	].join(`\n${'-'.repeat(72)}\n\n`);
};
