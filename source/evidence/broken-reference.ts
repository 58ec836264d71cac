import {splitName} from './image-reference.js';

// What a template, a shell or an operator fills in: {{ … }}, ${…}, $(…), $NAME, <…>, %s.
const filledIn =
	/{{.*?}}|\${.*?}|\$\(.*?\)|\$[a-z_]\w*|<[^>]*>|%[a-z]|[^\w./:@*[\]-]/gs;

const longest = 4096;

/** Text in which `*` stands for whatever is not known of it. */
const replaceUnknown = (text: string): string =>
	text.toLowerCase().replaceAll(filledIn, '*').replaceAll(/\*+/g, '*');

/** Cuts digest and tag off, and anything that cannot belong to a name. */
const cutReference = (text: string): string => {
	const name = text.replace(/@.*$/s, '');
	const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
	return colon === -1 ? name : name.slice(0, colon);
};

/**
The repositories that a text which is no image reference might name, in the form of `UseGap.repositories`: `host/repository`, with `*` for what the text leaves open.
`undefined` where it leaves everything open, and empty where there is nothing in it to name an image.
*/
export const guessRepositories = (
	text: string,
): readonly string[] | undefined => {
	// No reference is nearly as long; whatever this is, it is not worth the time.
	if (text.length > longest) {
		return undefined;
	}

	const known = replaceUnknown(text.trim().replace(/^https?:\/\//i, ''));
	const name = cutReference(known);
	if (name === '*' || known.startsWith('*:') || known.startsWith('*@')) {
		return undefined;
	}

	if (name === '') {
		return known === '' ? [] : undefined;
	}

	// What is filled in before the first slash can end the host, or begin the path.
	if (name.split('/', 1).join('').includes('*')) {
		return [name, `docker.io/${name}`, `docker.io/library/${name}`];
	}

	const {host, repository} = splitName(name);
	const rest = known.slice(name.length);
	return [
		`${host}/${repository}`,
		// `host:*` can be a port with a path behind it.
		...(!name.includes('/') && rest.startsWith(':') && rest.includes('*')
			? [`${name}${rest}`]
			: []),
	];
};
