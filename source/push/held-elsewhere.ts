import type {Descriptor} from '../oci/manifest.js';

/**
Whether a layer is one that registries do not hold, such as the base layers of Windows.
@see https://github.com/opencontainers/image-spec/blob/main/layer.md#non-distributable-layers
*/
export const isHeldElsewhere = ({mediaType}: Descriptor): boolean =>
	/\.nondistributable\.|\.foreign\./.test(mediaType);
