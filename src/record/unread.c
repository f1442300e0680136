/* Formats that davy knows by sight and does not read, with what to do instead. Marks from the
 * formats' own magic bytes, and for text from the words that the programs write at the top. */
#include "record/unread.h"

#include <stdbool.h>
#include <string.h>

/* The mark stands at `offset`, or anywhere in the first or last bytes (where a zip lists its
 * members) if offset is ANYWHERE. */
enum { ANYWHERE = -1, LOOKED_AT = 4096 };

static const struct {
  int offset;
  const char *mark, *words;
} formats[] = {
    {4, "Standard Jet DB",
     "an Arbin .res (Jet 4) database; davy does not read it yet: export CSV from MITS Pro"},
    {4, "Standard ACE DB",
     "an Access (ACE) database; davy does not read it: export CSV from the cycler's program"},
    {0, "PAR1", "a Parquet file; davy reads BDF as CSV only: write .bdf.csv instead"},
    {0, "\x89HDF\r\n\x1a\n", "an HDF5 file; davy does not read it as a record: export CSV"},
    {0, "SQLite format 3", "an SQLite database; davy does not read it: export CSV"},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
     "an old Excel .xls workbook; davy does not read it: save the data sheet as CSV"},
    {0, "%PDF-", "a PDF document, not data"},
    {0, "\xff\xfe", "text in UTF-16; save it as UTF-8"},
    {0, "\xfe\xff", "text in UTF-16; save it as UTF-8"},
    {ANYWHERE, "[Content_Types].xml",
     "an Excel .xlsx workbook (or another Office file); davy does not read it yet: save the data "
     "sheet as CSV"},
    {ANYWHERE, "Instrument Model:  CHI", "a CH Instruments text file; davy does not read it yet"},
    {ANYWHERE, "Potential/V, Current/A", "a CH Instruments text file; davy does not read it yet"},
    {ANYWHERE, "Potential/V\tCurrent/A", "a CH Instruments text file; davy does not read it yet"},
    {0, "EXPLAIN\r\n", "a Gamry .DTA file; davy does not read it yet"},
    {ANYWHERE, "WE(1).", "an Autolab NOVA text file; davy does not read it yet"},
    {ANYWHERE, "Rec#\tCyc#",
     "a Maccor text file, whose currents carry no sign; davy does not read "
     "it yet"},
    {ANYWHERE, "Rec\tCycle P",
     "a Maccor text file, whose currents carry no sign; davy does not "
     "read it yet"},
    {0, "Today's Date",
     "a Maccor text file, whose currents carry no sign; davy does not read it "
     "yet"},
    {0, "Today''s Date",
     "a Maccor text file, whose currents carry no sign; davy does not read it "
     "yet"},
};

static bool holds(const DavyBytes *bytes, const char *mark) {
  size_t looked_at = bytes->size < LOOKED_AT ? bytes->size : LOOKED_AT, length = strlen(mark);
  return memmem(bytes->data, looked_at, mark, length) ||
         memmem(bytes->data + bytes->size - looked_at, looked_at, mark, length);
}

const char *davy_unread_format(const DavyBytes *bytes) {
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    size_t length = strlen(formats[i].mark);
    if (formats[i].offset == ANYWHERE) {
      if (holds(bytes, formats[i].mark)) return formats[i].words;
    } else {
      size_t offset = (size_t)formats[i].offset;
      if (offset + length <= bytes->size &&
          memcmp(bytes->data + offset, formats[i].mark, length) == 0)
        return formats[i].words;
    }
  }
  return NULL;
}
