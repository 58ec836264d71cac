import {
	type Home,
	parseHome,
	parseTemplate,
	type Template,
	usualTemplate,
} from '../move/home.js';
import {wrongUsage} from './wrong-usage.js';

/** What the command line says of bringing images home. */
export type MoveOptions = {
	/** The file of the mapping. */
	readonly mapFile: string | undefined;
	/** Where everything from elsewhere goes that no file maps. */
	readonly home: Home | undefined;
	readonly template: Template;
	/** Whether digests are written beside tags. */
	readonly pin: boolean;
	/** Whether files are changed. */
	readonly write: boolean;
	/** As `linux/amd64`; all where empty. */
	readonly platforms: readonly string[];
};

type Values = {
	readonly map?: string | undefined;
	readonly to?: string | undefined;
	readonly template?: string | undefined;
	readonly pin?: boolean | undefined;
	readonly write?: boolean | undefined;
	readonly platform?: readonly string[] | undefined;
};

/** Throws `UserError`, exit code 2. */
export const readMoveOptions = ({
	map,
	to,
	template,
	pin = false,
	write = false,
	platform: platforms = [],
}: Values): MoveOptions => {
	if (map !== undefined && to !== undefined) {
		throw wrongUsage(
			'--map and --to say both where images go.',
			'Give one of them; --to HOME --out FILE writes a mapping that can be changed and given with --map.',
		);
	}

	if (template !== undefined && to === undefined) {
		throw wrongUsage(
			'--template makes names at the home that --to names.',
			`Write for example: --to registry.example.com/mirror --template ${usualTemplate}`,
		);
	}

	const odd = platforms.find(
		text => !/^[a-z\d]+(?:\/[a-z\d]+){1,2}$/.test(text),
	);
	if (odd !== undefined) {
		throw wrongUsage(
			`"${odd}" is no platform.`,
			'Write it as linux/amd64 or linux/arm/v7; several are given one by one.',
		);
	}

	return {
		mapFile: map,
		home: to === undefined ? undefined : parseHome(to),
		template: template === undefined ? usualTemplate : parseTemplate(template),
		pin,
		write,
		platforms,
	};
};
