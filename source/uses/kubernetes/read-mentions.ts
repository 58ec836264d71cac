import type {Mention} from './cluster-object.js';
import {type Fields, getObject, getObjects, getText} from './fields.js';

const containerLists = [
	'containers',
	'initContainers',
	'ephemeralContainers',
] as const;

const statusLists = [
	'containerStatuses',
	'initContainerStatuses',
	'ephemeralContainerStatuses',
] as const;

/** The images that the spec of a Pod names, in its containers of all sorts and its image volumes. */
export const readPodSpec = (spec: Fields): readonly Mention[] => {
	const mentions: Mention[] = [];
	const add = (container: string, written: string): void => {
		// Templates may leave the image to be filled in.
		if (written !== '') {
			mentions.push({container, kind: 'reference', written});
		}
	};

	for (const list of containerLists) {
		for (const container of getObjects(spec, list)) {
			add(getText(container, 'name'), getText(container, 'image'));
		}
	}

	for (const volume of getObjects(spec, 'volumes')) {
		add('', getText(getObject(volume, 'image'), 'reference'));
	}

	return mentions;
};

/**
The images that the status of a Pod reports.

`imageID` is what runs. `image` is another name that the runtime has for it, of use only where there is no ID, or where it holds a digest itself.
*/
export const readPodStatus = (
	status: Fields,
	specified: readonly Mention[],
): readonly Mention[] => {
	const mentions: Mention[] = [];
	for (const list of statusLists) {
		for (const entry of getObjects(status, list)) {
			const container = getText(entry, 'name');
			const imageId = getText(entry, 'imageID');
			const image = getText(entry, 'image');
			if (imageId !== '') {
				mentions.push({container, kind: 'image-id', written: imageId});
			}

			const isTold = specified.some(
				mention => mention.container === container && mention.written === image,
			);
			if (
				image !== '' &&
				!isTold &&
				(imageId === '' || image.includes('sha256:'))
			) {
				mentions.push({container, kind: 'reference', written: image});
			}
		}
	}

	return mentions;
};

/** What a Knative Revision resolved its images to. https://knative.dev/docs/serving/reference/serving-api/ */
export const readResolvedDigests = (status: Fields): readonly Mention[] =>
	[
		...getObjects(status, 'containerStatuses'),
		...getObjects(status, 'initContainerStatuses'),
	].flatMap(entry => {
		const written = getText(entry, 'imageDigest');
		return written === ''
			? []
			: [{container: getText(entry, 'name'), kind: 'reference', written}];
	});
