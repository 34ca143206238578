/* records_blank.h: every macro of records.def as nothing. Include it, define anew the ones you want, include records.def.
 * On purpose without a guard: each reading of records.def starts from here. */
#undef PART
#undef RECORD
#undef STR
#undef REF
#undef INT
#undef BOOL
#undef TIME
#undef ENUM
#undef STRS
#undef LIST
#undef END
#undef INDEX
#undef DUE
#define PART(...)
#define RECORD(...)
#define STR(...)
#define REF(...)
#define INT(...)
#define BOOL(...)
#define TIME(...)
#define ENUM(...)
#define STRS(...)
#define LIST(...)
#define END(...)
#define INDEX(...)
#define DUE(...)
