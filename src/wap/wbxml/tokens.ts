/** Global tokens: the same in every code space and on every code page. WAP-192 §7.1, Table 4. */

// biome-ignore format: a line is a printed row
export const globalTokens = {
  SWITCH_PAGE: 0x00,
  END:         0x01,
  ENTITY:      0x02,
  STR_I:       0x03,
  LITERAL:     0x04,
  EXT_I_0:     0x40,
  EXT_I_1:     0x41,
  EXT_I_2:     0x42,
  PI:          0x43,
  LITERAL_C:   0x44,
  EXT_T_0:     0x80,
  EXT_T_1:     0x81,
  EXT_T_2:     0x82,
  STR_T:       0x83,
  LITERAL_A:   0x84,
  EXT_0:       0xc0,
  EXT_1:       0xc1,
  EXT_2:       0xc2,
  OPAQUE:      0xc3,
  LITERAL_AC:  0xc4,
} as const satisfies Record<string, number>;

/** §5.8.2: the element has attributes. */
export const TAG_HAS_ATTRIBUTES = 0x80;

/** §5.8.2: the element has content and an END of its own. */
export const TAG_HAS_CONTENT = 0x40;

/** The least octet that a document type may use for a tag or an attribute; those below are global (§7.1). */
export const FIRST_APPLICATION_TOKEN = 0x05;

/** The least octet that stands for an attribute value (§5.8.3). */
export const FIRST_ATTRIBUTE_VALUE = 0x80;
