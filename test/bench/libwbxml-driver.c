/*
 * libwbxml in process: how long it takes to encode and to decode one deck. Prints microseconds of processor a document,
 * for encoding without and with string table, and for decoding. A duration of 0 leaves an operation out.
 *
 *     cc -O2 -I/usr/include/libwbxml-1.0 libwbxml-driver.c -lwbxml2 -o driver
 *     driver DECK.wml MILLISECONDS [MILLISECONDS-WITH-STRING-TABLE]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wbxml/wbxml.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static WBXMLError encode(WB_UTINY *xml, WB_ULONG length, int with_table, WB_UTINY **out, WB_ULONG *out_length) {
  WBXMLConvXML2WBXML *conv = NULL;
  WBXMLError error = wbxml_conv_xml2wbxml_create(&conv);
  if (error != WBXML_OK) return error;
  if (!with_table) wbxml_conv_xml2wbxml_disable_string_table(conv);
  error = wbxml_conv_xml2wbxml_run(conv, xml, length, out, out_length);
  wbxml_conv_xml2wbxml_destroy(conv);
  return error;
}

static WBXMLError decode(WB_UTINY *wbxml, WB_ULONG length, WB_UTINY **out, WB_ULONG *out_length) {
  WBXMLConvWBXML2XML *conv = NULL;
  WBXMLError error = wbxml_conv_wbxml2xml_create(&conv);
  if (error != WBXML_OK) return error;
  wbxml_conv_wbxml2xml_set_gen_type(conv, WBXML_GEN_XML_COMPACT);
  error = wbxml_conv_wbxml2xml_run(conv, wbxml, length, out, out_length);
  wbxml_conv_wbxml2xml_destroy(conv);
  return error;
}

/* operation: 0 encode, 1 encode with string table, 2 decode */
static double measure(int operation, double milliseconds, WB_UTINY *input, WB_ULONG length) {
  double start = now(), elapsed = 0;
  long count = 0;
  if (milliseconds <= 0) return 0;
  do {
    WB_UTINY *out = NULL;
    WB_ULONG out_length = 0;
    WBXMLError error = operation == 2 ? decode(input, length, &out, &out_length)
                                      : encode(input, length, operation, &out, &out_length);
    if (error != WBXML_OK) {
      fprintf(stderr, "libwbxml: %s\n", (const char *)wbxml_errors_string(error));
      exit(1);
    }
    free(out);
    count++;
    elapsed = now() - start;
  } while (elapsed < milliseconds * 1e3);
  return elapsed / count;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  double milliseconds = atof(argv[2]);
  double table_milliseconds = argc > 3 ? atof(argv[3]) : milliseconds;
  FILE *file = fopen(argv[1], "rb");
  if (file == NULL) return 2;
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  rewind(file);
  WB_UTINY *xml = malloc(length + 1);
  if (xml == NULL || fread(xml, 1, length, file) != (size_t)length) return 2;
  xml[length] = 0;
  fclose(file);
  WB_UTINY *wbxml = NULL;
  WB_ULONG wbxml_length = 0;
  if (encode(xml, length, 0, &wbxml, &wbxml_length) != WBXML_OK) return 1;
  printf("%.3f %.3f %.3f\n", measure(0, milliseconds, xml, length), measure(1, table_milliseconds, xml, length),
         measure(2, milliseconds, wbxml, wbxml_length));
  return 0;
}
