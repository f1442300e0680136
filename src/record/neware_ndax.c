/* Reader of Neware .ndax: a zip of data.ndc, data_runInfo.ndc, data_step.ndc, auxiliary members
 * (data_AUX_<channel>_<type>_<n>.ndc or data_<n>.ndc) and XML in GB 2312: TestInfo, VersionInfo,
 * Step.
 */
#include "record/reader.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

#include "record/neware.h"

enum { MAX_AUX = 256, MAX_XML = 16 << 20 };

/* An auxiliary channel as TestInfo.xml describes it. */
typedef struct {
  int id, real_channel, type; /* AuxID, RealChlID, ChlType */
  bool taken;
} Described;

/* An auxiliary member of the archive and the numbers in its name. */
typedef struct {
  zip_uint64_t entry;
  int number[3];
  bool described_by_id; /* data_<AuxID>.ndc */
} AuxFile;

typedef struct {
  zip_t *zip;
  uint64_t archive_size; /* bytes */
  NewareRows rows;
  Described described[MAX_AUX];
  int described_count;
  AuxFile aux[MAX_AUX];
  int aux_count;
  DavyError error; /* of the XML handlers */
} Ndax;

/* ---- The archive ---- */

/* A central directory may lie. Deflate cannot shrink below 1/1032; beyond 64 MB no measured data
 * come near a four hundredth, but a file made to exhaust memory does. */
static DavyError check_size(const char *name, const zip_stat_t *stat) {
  uint64_t packed = stat->comp_size ? stat->comp_size : 1;
  DAVY_CHECK(stat->size < (UINT64_C(64) << 20) || stat->size / packed < 400, DAVY_ERR_FORMAT,
             "%s: announces %llu bytes packed into %llu; not measured data, not unpacked", name,
             (unsigned long long)stat->size, (unsigned long long)stat->comp_size);
  return DAVY_OK;
}

/* Opens a member; member->file stays NULL (with a warning) if that is impossible. */
static DavyError open_entry(Ndax *ndax, zip_uint64_t entry, NewareMember *member) {
  zip_stat_t stat;
  *member = (NewareMember){0};
  if (zip_stat_index(ndax->zip, entry, 0, &stat) || !(stat.valid & ZIP_STAT_SIZE)) return DAVY_OK;
  snprintf(member->name, sizeof member->name, "%s", stat.name);
  DAVY_TRY(check_size(member->name, &stat));
  member->size = stat.size;
  member->packed = stat.comp_size < ndax->archive_size ? stat.comp_size : ndax->archive_size;
  member->file = zip_fopen_index(ndax->zip, entry, 0);
  if (!member->file)
    DavyRecordWarn(ndax->rows.record, "%s: cannot be unpacked: %s.", member->name,
                   zip_strerror(ndax->zip));
  return DAVY_OK;
}

static zip_int64_t locate(const Ndax *ndax, const char *name) {
  return zip_name_locate(ndax->zip, name, ZIP_FL_NOCASE | ZIP_FL_NODIR);
}

static void close_member(NewareMember *member) {
  if (member->file) zip_fclose(member->file);
  member->file = NULL;
}

/* ---- XML ---- */

static const char *attribute(const char **attributes, const char *name) {
  for (; attributes[0]; attributes += 2)
    if (strcmp(attributes[0], name) == 0) return attributes[1];
  return NULL;
}

static int integer_attribute(const char **attributes, const char *name) {
  const char *text = attribute(attributes, name);
  long value = text ? strtol(text, NULL, 10) : -1;
  return value >= 0 && value < 1000000 ? (int)value : -1;
}

static void set_fact(Ndax *ndax, const char *key, const char *text) {
  if (text && *text && !ndax->error)
    ndax->error = DavyRecordSetInfo(ndax->rows.record, key, "%s", text);
}

static void describe_test(Ndax *ndax, const char **attributes) {
  static const char *const keys[][2] = {{"Barcode", "barcode"},
                                        {"Remark", "comment"},
                                        {"SN", "serial_number"},
                                        {"StepName", "protocol"},
                                        {"StartTime", "test_start_local"}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    set_fact(ndax, keys[i][1], attribute(attributes, keys[i][0]));
  char channel[64];
  snprintf(channel, sizeof channel, "%d-%d-%d", integer_attribute(attributes, "DevID"),
           integer_attribute(attributes, "UnitID"), integer_attribute(attributes, "ChlID"));
  set_fact(ndax, "channel", channel);
}

static void describe_aux(Ndax *ndax, const char **attributes) {
  if (ndax->described_count == MAX_AUX) return;
  ndax->described[ndax->described_count++] = (Described){
      integer_attribute(attributes, "AuxID"), integer_attribute(attributes, "RealChlID"),
      integer_attribute(attributes, "ChlType"), false};
}

/* TestInfo: <TestInfo Barcode=..>, <Aux1 AuxID=..>; VersionInfo: <ZwjVersion SvrVer=..>; Step:
 * <SCQ Value=".."> (active mass in micrograms), <Remark Value="..">, <Creator Value="..">. */
static void XMLCALL on_element(void *data, const char *name, const char **attributes) {
  Ndax *ndax = data;
  if (strcmp(name, "TestInfo") == 0) describe_test(ndax, attributes);
  if (strncmp(name, "Aux", 3) == 0 && attribute(attributes, "ChlType"))
    describe_aux(ndax, attributes);
  if (strcmp(name, "ZwjVersion") == 0) {
    set_fact(ndax, "instrument", attribute(attributes, "SvrVer"));
    set_fact(ndax, "software", attribute(attributes, "CurrClientVer"));
  }
  const char *value = attribute(attributes, "Value");
  if (strcmp(name, "Creator") == 0) set_fact(ndax, "operator", value);
  if (strcmp(name, "Remark") == 0 && !DavyRecordInfo(ndax->rows.record, "comment"))
    set_fact(ndax, "comment", value);
  if (strcmp(name, "SCQ") == 0 && value && atof(value) > 0 && atof(value) < 1e12) {
    char mass[32];
    snprintf(mass, sizeof mass, "%g", atof(value) * 1e-9);
    set_fact(ndax, "mass_kg", mass);
  }
}

/* The whole text of a member, made UTF-8; NULL if it is missing, unreadable or too large. */
static char *load_xml(Ndax *ndax, const char *name, size_t *length) {
  NewareMember member;
  zip_int64_t entry = locate(ndax, name);
  if (entry < 0 || (ndax->error = open_entry(ndax, (zip_uint64_t)entry, &member)) || !member.file)
    return NULL;
  size_t size = member.size < MAX_XML ? (size_t)member.size : MAX_XML;
  unsigned char *data = malloc(size + 1);
  zip_int64_t got = data ? zip_fread(member.file, data, size) : -1;
  close_member(&member);
  char *text = got > 0 ? NewareUtf8(data, (size_t)got, length) : NULL;
  free(data);
  return text;
}

/* Expat does not know GB 2312: the text is UTF-8 by now, whatever its first line declares. */
static DavyError read_xml(Ndax *ndax, const char *name) {
  size_t length = 0;
  char *text = load_xml(ndax, name, &length);
  if (ndax->error || !text) return ndax->error;
  XML_Parser parser = XML_ParserCreate("UTF-8");
  if (parser) {
    XML_SetUserData(parser, ndax);
    XML_SetElementHandler(parser, on_element, NULL);
    if (XML_Parse(parser, text, (int)length, 1) == XML_STATUS_ERROR)
      DavyRecordWarn(ndax->rows.record, "%s:%lu: %s; read up to there.", name,
                     (unsigned long)XML_GetCurrentLineNumber(parser),
                     XML_ErrorString(XML_GetErrorCode(parser)));
    XML_ParserFree(parser);
  }
  free(text);
  return ndax->error;
}

/* ---- Auxiliary channels ---- */

static int by_numbers(const void *a, const void *b) {
  const AuxFile *x = a, *y = b;
  for (int i = 0; i < 3; i++)
    if (x->number[i] != y->number[i]) return x->number[i] < y->number[i] ? -1 : 1;
  return 0;
}

static void list_aux(Ndax *ndax) {
  zip_int64_t count = zip_get_num_entries(ndax->zip, 0);
  for (zip_int64_t i = 0; i < count && ndax->aux_count < MAX_AUX; i++) {
    const char *name = zip_get_name(ndax->zip, (zip_uint64_t)i, 0), *slash;
    if (!name) continue;
    if ((slash = strrchr(name, '/'))) name = slash + 1;
    AuxFile aux = {(zip_uint64_t)i, {0, 0, 0}, false};
    int end = 0;
    if (sscanf(name, "data_AUX_%9d_%9d_%9d.ndc%n", &aux.number[0], &aux.number[1], &aux.number[2],
               &end) != 3 ||
        !end) {
      const char *last = strrchr(name, '_');
      end = 0;
      aux.described_by_id = true;
      if (!last || sscanf(last, "_%9d.ndc%n", &aux.number[0], &end) != 1 || !end || last[end])
        continue;
    }
    ndax->aux[ndax->aux_count++] = aux;
  }
  qsort(ndax->aux, (size_t)ndax->aux_count, sizeof *ndax->aux, by_numbers);
}

/* The numbers in data_AUX_9_3_1.ndc are RealChlID, ChlType modulo 100 and TypeID; that in
 * data_1.ndc is AuxID. Where these lead nowhere but there are as many channels described as
 * members, both are in the same order. */
static Described *find_description(Ndax *ndax, int i) {
  const AuxFile *aux = &ndax->aux[i];
  for (int strict = 1; strict >= 0; strict--)
    for (int k = 0; k < ndax->described_count; k++) {
      Described *d = &ndax->described[k];
      if (d->taken) continue;
      bool same = aux->described_by_id ? d->id == aux->number[0]
                                       : d->real_channel == aux->number[0] &&
                                             (!strict || d->type % 100 == aux->number[1]);
      if (same) return d;
    }
  if (ndax->described_count == ndax->aux_count && !ndax->described[i].taken)
    return &ndax->described[i];
  return NULL;
}

static DavyError read_aux(Ndax *ndax, int i) {
  const AuxFile *aux = &ndax->aux[i];
  Described *described = find_description(ndax, i);
  /* Without a description: the members' order, and the type that the name abbreviates. */
  NewareAuxChannel channel = {(unsigned)i + 1, aux->described_by_id ? 0 : 100 + aux->number[1]};
  if (described) {
    described->taken = true;
    if (described->id >= 0) channel.channel = (unsigned)described->id;
    channel.type = described->type;
  }
  NewareMember *member = malloc(sizeof *member);
  DAVY_CHECK(member, DAVY_ERR_MEMORY, "out of memory");
  DavyError error = open_entry(ndax, aux->entry, member);
  if (!error && !described)
    DavyRecordWarn(ndax->rows.record,
                   "%s: not described in TestInfo.xml; taken as channel %u of type %d.",
                   member->name, channel.channel, channel.type);
  if (!error && member->file) error = NewareReadNdcAux(member, &ndax->rows, channel);
  close_member(member);
  free(member);
  return error;
}

/* ---- The record ---- */

static DavyError open_named(Ndax *ndax, const char *name, NewareMember *member) {
  zip_int64_t entry = locate(ndax, name);
  *member = (NewareMember){0};
  return entry < 0 ? DAVY_OK : open_entry(ndax, (zip_uint64_t)entry, member);
}

static void warn_missing(Ndax *ndax, const char *name, const char *consequence) {
  DavyRecordWarn(ndax->rows.record, "No readable %s: %s.", name, consequence);
}

static DavyError read_steps(Ndax *ndax, NewareMember *member, NewareStep **steps, size_t *count) {
  DAVY_TRY(open_named(ndax, "data_step.ndc", member));
  DavyError error = member->file ? NewareReadNdcSteps(member, &ndax->rows, steps, count) : DAVY_OK;
  close_member(member);
  return error;
}

static DavyError read_run_info(Ndax *ndax, NewareMember *member, const NewareStep *steps,
                               size_t count) {
  DAVY_TRY(open_named(ndax, "data_runInfo.ndc", member));
  DAVY_CHECK(member->file, DAVY_ERR_FORMAT, "has no readable data_runInfo.ndc, and so no times");
  DavyError error = NewareReadNdcRunInfo(member, &ndax->rows);
  close_member(member);
  DAVY_TRY(error);
  DAVY_CHECK(ndax->rows.rows, DAVY_ERR_FORMAT, "%s: byte %llu: gives no row a time", member->name,
             (unsigned long long)member->at);
  NewareFillRows(&ndax->rows, steps, count);
  return DAVY_OK;
}

/* Versions that keep voltage and current apart from times and steps. */
static bool is_split(int version) {
  return version >= 8 && version != 15;
}

static DavyError read_members(Ndax *ndax, NewareMember *member, NewareStep **steps) {
  NewareRows *rows = &ndax->rows;
  int version = 0;
  size_t step_count = 0;
  DAVY_TRY(open_named(ndax, "data.ndc", member));
  DAVY_CHECK(member->file, DAVY_ERR_FORMAT, "has no readable data.ndc");
  DAVY_TRY(NewareReadNdcData(member, rows, &version));
  close_member(member);
  DAVY_CHECK(rows->rows, DAVY_ERR_FORMAT, "%s: holds no sound record", member->name);
  DAVY_TRY(
      DavyRecordSetInfo(rows->record, "format_version", "Neware .ndax, ndc version %d", version));
  if (version != 5 && version != 14 && version != 16 && version != 17)
    DavyRecordWarn(
        rows->record,
        "Version %d of ndc is read as documented: no vendor's export of it was there to check "
        "davy against.",
        version);
  if (version >= 6 && version != 7 && version != 15) {
    DAVY_TRY(read_steps(ndax, member, steps, &step_count));
    if (!step_count) warn_missing(ndax, "data_step.ndc", "rows have no cycle, step or step type");
  }
  if (is_split(version))
    DAVY_TRY(read_run_info(ndax, member, *steps, step_count));
  else if (version == 6)
    NewareJoinSteps(rows, *steps, step_count);
  for (int i = 0; i < ndax->aux_count; i++) DAVY_TRY(read_aux(ndax, i));
  return NewareRowsEnd(rows);
}

static DavyError read_archive(Ndax *ndax) {
  static const char *const texts[] = {"VersionInfo.xml", "TestInfo.xml", "Step.xml"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) DAVY_TRY(read_xml(ndax, texts[i]));
  list_aux(ndax);
  NewareMember *member = calloc(1, sizeof *member);
  NewareStep *steps = NULL;
  DAVY_CHECK(member, DAVY_ERR_MEMORY, "out of memory");
  DavyError error = read_members(ndax, member, &steps);
  close_member(member);
  free(member);
  free(steps);
  return error;
}

static int probe(const DavyBytes *bytes) {
  if (bytes->size < 22 || memcmp(bytes->data, "PK\3\4", 4) != 0) return 0;
  size_t window = bytes->size < 65536 ? bytes->size : 65536; /* names: first and last members */
  const unsigned char *tail = bytes->data + bytes->size - window;
  return memmem(bytes->data, window, "data.ndc", 8) || memmem(tail, window, "data.ndc", 8) ? 100
                                                                                           : 0;
}

static DavyError read_ndax(DavyBytes *bytes, const DavyReadOptions *options, DavyRecord *record) {
  zip_error_t reason;
  zip_error_init(&reason);
  zip_source_t *source = zip_source_buffer_create(bytes->data, bytes->size, 0, &reason);
  zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &reason) : NULL;
  if (!zip) {
    DavyError error =
        DavyFailAt((DavyPlace){options->name, 0, 0, -1}, DAVY_ERR_FORMAT,
                   "cannot be opened as a zip archive: %s", zip_error_strerror(&reason));
    zip_error_fini(&reason);
    if (source) zip_source_free(source);
    return error;
  }
  zip_error_fini(&reason);
  Ndax *ndax = calloc(1, sizeof *ndax);
  if (ndax) {
    ndax->zip = zip;
    ndax->archive_size = bytes->size;
    ndax->rows.record = record;
    ndax->rows.name = options->name;
  }
  DavyError error = ndax ? read_archive(ndax) : DavyFail(DAVY_ERR_MEMORY, "out of memory");
  if (error) DavyErrorContext(error, "%s", options->name);
  free(ndax);
  zip_discard(zip);
  return error;
}

const DavyReader davy_reader_ndax = {
    "neware-ndax", "Neware .ndax, ndc versions 1 to 9 and 11 to 17", probe, read_ndax};
