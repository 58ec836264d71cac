import packageJson from '../package.json' with {type: 'json'};

/** The version of this jetsam, for example `1.2.0`. */
export const {version} = packageJson;

/** How jetsam names itself to every server; its own requests are recognised in logs by it. */
export const userAgent = `jetsam/${version}`;
