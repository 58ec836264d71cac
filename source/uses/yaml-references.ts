import path from 'node:path';
import {isMap} from 'yaml';
import {createCollector, type Collector} from './collect-references.js';
import {readCompose} from './compose.js';
import type {FileReading} from './file-reading.js';
import {readHelmValues} from './helm-values.js';
import {isKustomization, readKustomization} from './kustomization.js';
import {readManifest} from './kubernetes-manifest.js';
import {
	findText,
	listValues,
	parseYaml,
	type YamlDocument,
} from './yaml-document.js';

/** Whether a file holds values of a Helm chart, by its name. */
export const isValuesFile = (file: string): boolean =>
	/(?:^|[/._-])values(?:[._-].*)?\.(?:ya?ml|json)$/i.test(file);

const isManifest = (document: YamlDocument): boolean =>
	findText(document, document.root, 'apiVersion') !== undefined &&
	findText(document, document.root, 'kind') !== undefined;

const isCompose = (document: YamlDocument): boolean =>
	listValues(document, document.root, 'services').some(services =>
		isMap(services),
	);

const readDocument = (
	document: YamlDocument,
	name: string,
	collector: Collector,
): void => {
	if (isKustomization(document, name)) {
		readKustomization(document, collector);
	} else if (isManifest(document)) {
		readManifest(document, collector);
	} else if (isValuesFile(name)) {
		readHelmValues(document, collector);
	} else if (isCompose(document)) {
		readCompose(document, collector);
	}
};

/**
The images that a YAML or JSON file names, by what each of its documents is: a Kubernetes manifest, a kustomization, a compose file, or values of a Helm chart. Other documents name none.
@param file - Its path, of which the name tells a kustomization and values from others.
*/
export const readYamlReferences = (text: string, file: string): FileReading => {
	const collector = createCollector(text);
	const {documents, error} = parseYaml(text);
	for (const document of documents) {
		readDocument(document, path.basename(file), collector);
	}

	if (error) {
		// What ends too early does so on the last line that has something on it.
		collector.addProblem(Math.min(error.offset, text.trimEnd().length), {
			message: `it does not parse: ${error.message}`,
			text: undefined,
			isBroken: true,
		});
	}

	return collector.reading();
};
