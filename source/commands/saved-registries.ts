import {hideLogin} from '../oci/explain-address.js';
import {parseWhere, type Where} from '../oci/reference.js';
import {usualCare} from '../plan/care.js';
import type {SavedRegistry, Settings} from '../storage/settings.js';
import type {Care, KnownRegistry} from '../world.js';

/** The address of the registry itself, without what was named in it. */
export const withoutPath = ({scheme, host}: Where): string =>
	scheme ? `${scheme}://${host}` : host;

/** What the operator saved of the registry at a host. */
export const findSaved = (
	{registries}: Settings,
	host: string,
): SavedRegistry | undefined =>
	registries.find(({address}) => parseWhere(address)?.host === host);

/** How careful the operator wants to be with a registry. */
export const findCare = (settings: Settings, host: string): Care => {
	const saved = findSaved(settings, host);
	return {
		isProtected: saved?.protected ?? usualCare.isProtected,
		isReadOnly: saved?.readOnly ?? usualCare.isReadOnly,
		neverTouch: saved?.neverTouch ?? usualCare.neverTouch,
		maxShare: saved?.maxShare ?? usualCare.maxShare,
	};
};

/** The registries that the operator saved. */
export const listSaved = (settings: Settings): readonly KnownRegistry[] =>
	settings.registries.flatMap(({address}) => {
		const where = parseWhere(address);
		return where
			? [
					{
						host: where.host,
						address: withoutPath(where),
						source: 'saved',
						care: findCare(settings, where.host),
					},
				]
			: [];
	});

/** One sentence for each saved address that is none: whatever care was saved with it counts for nothing. */
export const listBadAddresses = ({registries}: Settings): readonly string[] =>
	registries
		.filter(({address}) => parseWhere(address) === undefined)
		.map(
			({address}) =>
				`The settings name ${JSON.stringify(hideLogin(address))}, which is no address, so what is saved with it does not count.`,
		);
