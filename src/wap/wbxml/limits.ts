/** What a document may ask of its reader. */

/** Elements within elements. No document of the suite nests 20 deep; those who walk a tree recurse once a level. */
export const MAX_DEPTH = 500;

/**
 * Characters that references into the string table may add up to. A few octets can name a long string, so that
 * 64 kB could otherwise ask for gigabytes.
 */
export const MAX_TABLE_TEXT = 4 * 1024 * 1024;
