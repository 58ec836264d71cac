/** What the registry of the listing measurement holds: 200 repositories of 100 digests each. */
export const repositories = 200;
/** Tagged images in each, with a config of their own. */
export const images = 70;
/** Tagged indexes in each, over two images of their own. */
export const indexes = 10;
/** Milliseconds before each answer. */
export const latency = 20;

const tags = images + indexes;
const children = 2 * indexes;
/** An index is as old as the first of its children, so the configs of the others need not be read. */
const configs = images + indexes;

/** The greeting, and the catalog, which fits on one page. */
const before = 2;

/**
The fewest requests that tell all of it over the distribution API.

Nothing but a request for each tag tells the digest that it means. Asked by GET it brings the manifest too; children are named by their index and asked for one by one; when an image was built stands in its config only. No request of this API brings two manifests.
*/
export const fewestCold =
	before + repositories * (1 + tags + children + configs);

/** Once the contents are known: what a digest names never changes, so only the lists and what the tags mean have to be asked for. */
export const fewestWarm = before + repositories * (1 + tags);

/** Of these the ones that need no body. */
export const headsWarm = repositories * tags;

/**
The fewest requests that tell all of it by what Google's registries list: digests with their tags, sizes and times. What an index names stands in its manifest only.
*/
export const fewestGoogle = before + repositories * (1 + indexes);

/**
At Azure the locks of tags and that of the repository stand in two answers more. A hundred digests and two hundred repositories are whole pages, and after a whole page that names no next one is asked on: it may have been cut.
*/
export const fewestAzure = before + 1 + repositories * (4 + indexes);
