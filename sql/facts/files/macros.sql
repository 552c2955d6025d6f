-- The macros of mappings (DuckDB): how do the texts of foreign files become the texts that a load reads?
--
-- A blank text becomes null. A text that does not match becomes a refusal: the reason between U+FDD0 and U+FDD1, two
-- characters that no text may use. The load rejects the row with all of its refusals. Macros pass on the refusals that
-- they are given. Lambdas bind values that are used several times. A lambda's parameters have a trailing underscore,
-- because the arguments of a macro may name columns. docs/loading.md has a table of what each macro accepts.

-- Return a value as text without the blanks around it, or null if nothing remains.
CREATE MACRO _given(value) AS
nullif(regexp_replace(CAST(value AS VARCHAR), '^[\s\x{A0}\x{202F}\x{FEFF}]+|[\s\x{A0}\x{202F}\x{FEFF}]+$', '', 'g'), '');

-- Return the refusal of a text.
CREATE MACRO _refuse(value, words) AS chr(64976) || '''' || left(value, 60) || ''' ' || words || chr(64977);

CREATE MACRO _is_refused(value) AS coalesce(contains(value, chr(64976)), false);

-- Return a number as text, without zeros at its end.
CREATE MACRO _plain(number) AS regexp_replace(CAST(CAST(number AS DECIMAL(38, 6)) AS VARCHAR), '\.?0+$', '');

-- Return the seconds of hours, minutes and seconds. The texts may be empty, and the seconds may have a decimal comma.
CREATE MACRO _add_parts(hours, minutes, seconds) AS
_plain(
  coalesce(TRY_CAST(hours AS DECIMAL(18, 6)), 0) * 3600
  + coalesce(TRY_CAST(minutes AS DECIMAL(18, 6)), 0) * 60
  + coalesce(TRY_CAST(replace(seconds, ',', '.') AS DECIMAL(18, 6)), 0)
);

-- Return the seconds of a duration such as 3:45 or :45, or null.
CREATE MACRO _minutes_and_seconds(value) AS
CASE
  WHEN regexp_matches(value, '^\d{0,7}:[0-5]\d(?:[.,]\d{1,9})?$')
    THEN _add_parts('', split_part(value, ':', 1), split_part(value, ':', 2))
END;

-- Return the seconds of a duration such as 1:03:45, or null.
CREATE MACRO _hours_and_minutes(value) AS
CASE
  WHEN regexp_matches(value, '^\d{1,6}:[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?$')
    THEN _add_parts(split_part(value, ':', 1), split_part(value, ':', 2), split_part(value, ':', 3))
END;

-- Return the seconds of a time of day such as 12:02:23 AM, which a spreadsheet shows for a duration of 2:23, or null.
CREATE MACRO _clock(value) AS
CASE
  WHEN regexp_matches(value, '(?i)^(?:0?[1-9]|1[0-2]):[0-5]\d:[0-5]\d ?[AP]M$') THEN _add_parts(
    CAST(CAST(split_part(value, ':', 1) AS INTEGER) % 12 + CASE WHEN contains(upper(value), 'P') THEN 12 ELSE 0 END AS VARCHAR),
    split_part(value, ':', 2),
    left(split_part(value, ':', 3), 2)
  )
END;

-- Return the seconds of a fraction of a day, to the millisecond, or null.
CREATE MACRO _day_fraction(value) AS
CASE
  WHEN regexp_matches(value, '^(?:\d{1,4}(?:[.,]\d{0,30})?|[.,]\d{1,30})(?:[eE][+-]?\d{1,2})?$')
    THEN _plain(round(TRY_CAST(TRY_CAST(replace(value, ',', '.') AS DOUBLE) * 86400 AS DECIMAL(18, 6)), 3))
END;

-- Return the seconds of a duration such as PT3M45S, or null. Days have 24 hours.
CREATE MACRO _iso_duration(value) AS
CASE
  WHEN regexp_matches(
    value, '^P(?:\d{1,5}W)?(?:\d{1,6}D)?(?:T(?:\d{1,6}H)?(?:\d{1,7}M)?(?:\d{1,9}(?:[.,]\d{1,9})?S)?)?$'
  ) AND value <> 'P' AND NOT suffix(value, 'T') THEN _plain(
    coalesce(TRY_CAST(regexp_extract(value, '(\d+)W', 1) AS DECIMAL(18, 6)), 0) * 604800
    + coalesce(TRY_CAST(regexp_extract(value, '(\d+)D', 1) AS DECIMAL(18, 6)), 0) * 86400
    + CAST(
      _add_parts(
        regexp_extract(value, '(\d+)H', 1), regexp_extract(value, '(\d+)M', 1), regexp_extract(value, '([\d.,]+)S', 1)
      ) AS DECIMAL(18, 6)
    )
  )
END;

-- Return the seconds of a duration in one of the forms below.
CREATE MACRO seconds(duration, form) AS
list_transform(
  [_given(duration)],
  lambda text_: CASE
    WHEN text_ IS NULL OR _is_refused(text_) THEN text_
    ELSE coalesce(
      CASE form
        WHEN 'mm:ss' THEN CASE WHEN NOT starts_with(text_, ':') THEN _minutes_and_seconds(text_) END
        WHEN 'hh:mm:ss' THEN _hours_and_minutes(text_)
        WHEN '[hh:]mm:ss' THEN coalesce(_hours_and_minutes(text_), _minutes_and_seconds(text_))
        WHEN 'hh:mm:ss AM/PM' THEN _clock(text_)
        WHEN 'day fraction' THEN _day_fraction(text_)
        WHEN 'ISO 8601' THEN _iso_duration(upper(text_))
        ELSE error(
          'seconds() has no form ''' || form || '''. Its forms are: mm:ss, hh:mm:ss, [hh:]mm:ss, hh:mm:ss AM/PM, day fraction, ISO 8601'
        )
      END,
      _refuse(text_, 'is not a duration of the form ' || form)
    )
  END
)[1];

-- Return a number that may have a decimal comma, and separators between groups of three digits, as text with a point.
CREATE MACRO number(digits, decimal := '.') AS
list_transform(
  [_given(digits)],
  lambda text_: CASE
    WHEN text_ IS NULL OR _is_refused(text_) THEN text_
    WHEN decimal = '.' THEN CASE
      WHEN regexp_matches(
        text_,
        '^[+\-\x{2212}]?(?:(?:\d{1,3}(?:[, ''\x{2019}\x{A0}\x{202F}]\d{3})+|\d{1,40})(?:\.\d{1,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?$'
      ) THEN regexp_replace(replace(regexp_replace(text_, '[, ''\x{2019}\x{A0}\x{202F}]', '', 'g'), '−', '-'), '^\+', '')
      ELSE _refuse(text_, 'is not a number with a decimal point')
    END
    WHEN decimal = ',' THEN CASE
      WHEN regexp_matches(
        text_,
        '^[+\-\x{2212}]?(?:(?:\d{1,3}(?:[. ''\x{2019}\x{A0}\x{202F}]\d{3})+|\d{1,40})(?:,\d{1,40})?|,\d{1,40})(?:[eE][+-]?\d{1,2})?$'
      ) THEN regexp_replace(
        replace(replace(regexp_replace(text_, '[. ''\x{2019}\x{A0}\x{202F}]', '', 'g'), '−', '-'), ',', '.'), '^\+', ''
      )
      ELSE _refuse(text_, 'is not a number with a decimal comma')
    END
    ELSE error('number() has no decimal ''' || decimal || ''': write decimal => ''.'' or decimal => '',''')
  END
)[1];

-- Return true or false, as text, for an English or French answer.
CREATE MACRO yes_no(answer) AS
list_transform(
  [_given(answer)],
  lambda text_: CASE
    WHEN text_ IS NULL OR _is_refused(text_) THEN text_
    WHEN lower(text_) IN ('yes', 'y', 'true', 't', '1', 'oui', 'o', 'vrai', 'v') THEN 'true'
    WHEN lower(text_) IN ('no', 'n', 'false', 'f', '0', 'non', 'faux') THEN 'false'
    ELSE _refuse(text_, 'is neither yes nor no (known: yes, y, true, t, 1, oui, o, vrai, v; no, n, false, f, 0, non, faux)')
  END
)[1];

-- Return the date, and the time if there is one, of a spreadsheet's serial number. In the system of 1900, day 60 is
-- 29 February 1900, which never was: the days before it count from another day than those after it.
CREATE MACRO spreadsheet_date(serial, system := 1900) AS
list_transform(
  [_given(serial)],
  lambda text_: CASE
    WHEN text_ IS NULL OR _is_refused(text_) THEN text_
    WHEN system NOT IN (1900, 1904) THEN error('spreadsheet_date() has no such system: write system => 1900 or system => 1904')
    ELSE coalesce(
      CASE
        WHEN regexp_matches(text_, '^\d{1,7}(?:[.,]\d{1,30})?$') THEN list_transform(
          [CAST(round(CAST(replace(text_, ',', '.') AS DOUBLE) * 86400000) AS BIGINT)],
          lambda milliseconds_: list_transform(
            [milliseconds_ // 86400000],
            lambda day_: CASE
              WHEN system = 1900 AND (day_ NOT BETWEEN 1 AND 2958465 OR day_ = 60) THEN NULL
              WHEN system = 1904 AND day_ > 2957003 THEN NULL
              ELSE list_transform(
                [
                  CASE WHEN system = 1904 THEN TIMESTAMP '1904-01-01' WHEN day_ < 60 THEN TIMESTAMP '1899-12-31' ELSE TIMESTAMP '1899-12-30' END
                  + to_milliseconds(milliseconds_)
                ],
                lambda wall_: CASE
                  WHEN milliseconds_ % 86400000 = 0 THEN strftime(wall_, '%Y-%m-%d')
                  WHEN milliseconds_ % 1000 = 0 THEN strftime(wall_, '%Y-%m-%d %H:%M:%S')
                  ELSE strftime(wall_, '%Y-%m-%d %H:%M:%S.%g')
                END
              )[1]
            END
          )[1]
        )[1]
      END,
      _refuse(text_, 'is not the number of a day of a spreadsheet')
    )
  END
)[1];

-- Return the time on the clock of a zone at an instant. The instant is a timestamp in UTC.
CREATE MACRO _wall(zone, utc) AS timezone(zone, timezone('UTC', utc));

-- Return the instant, in UTC, at which a clock shows a time, if the offset is that of another time nearby. Return null
-- if it is not.
CREATE MACRO _instant_near(zone, wall, near) AS
list_transform(
  [wall - (_wall(zone, near) - near)],
  lambda utc_: CASE WHEN _wall(zone, utc_) = wall THEN utc_ END
)[1];

-- Return a text whose date begins with the year. A text that begins otherwise becomes empty.
CREATE MACRO _reorder_date(value, parts) AS
CASE
  WHEN regexp_matches(value, '^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}')
    THEN regexp_replace(value, '^(\d{1,2}).(\d{1,2}).(\d{4})', parts)
  ELSE ''
END;

-- Return the timestamp of a text such as 2021-1-31 9:12:58,5 PM, or null.
CREATE MACRO _timestamp(value) AS
CASE
  WHEN regexp_matches(value, '^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: +| ?[Tt] ?)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,6})?)?$')
    THEN TRY_CAST(
      replace(
        regexp_replace(value, '^(\d{4}).(\d{1,2}).(\d{1,2})[ Tt]+', '\1-\2-\3 '), ',', '.'
      ) || CASE WHEN regexp_matches(value, ':.*:') THEN '' ELSE ':00' END AS TIMESTAMP
    )
  WHEN regexp_matches(value, '(?i)^\d{4}[-/.]\d{1,2}[-/.]\d{1,2} +(?:0?[1-9]|1[0-2]):[0-5]\d(?::[0-5]\d)? ?[AP]M$')
    THEN try_strptime(
      regexp_replace(value, '(?i)^(\d{4}).(\d{1,2}).(\d{1,2}) +(.*?) ?([AP]M)$', '\1-\2-\3 \4 \5'),
      ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']
    )
END;

-- Return the instant, in UTC, of a date and a time on the clock of a zone. Of a time that the clock shows twice, return
-- the first instant, as loads do.
CREATE MACRO instant(date, time, zone, date_form := 'yyyy-mm-dd') AS
list_transform(
  [
    {
      'text': nullif(concat_ws(' ', _given(date), _given(time)), ''),
      'refused': concat(
        CASE WHEN _is_refused(_given(date)) THEN _given(date) END, CASE WHEN _is_refused(_given(time)) THEN _given(time) END
      ),
      'zone': _given(zone),
      'is_zone': _given(zone) IN (SELECT name FROM pg_timezone_names())
    }
  ],
  lambda given_: CASE
    WHEN given_.text IS NULL THEN NULL
    WHEN given_.refused <> '' THEN given_.refused
    WHEN given_.zone IS NULL THEN _refuse(given_.text, 'has no time zone')
    WHEN NOT given_.is_zone THEN _refuse(given_.zone, 'is not an IANA time zone such as Europe/Paris')
    ELSE list_transform(
      [
        CASE date_form
          WHEN 'yyyy-mm-dd' THEN _timestamp(given_.text)
          WHEN 'dd/mm/yyyy' THEN _timestamp(_reorder_date(given_.text, '\3-\2-\1'))
          WHEN 'mm/dd/yyyy' THEN _timestamp(_reorder_date(given_.text, '\3-\1-\2'))
          ELSE error('instant() has no date_form ''' || date_form || '''. Its forms are: yyyy-mm-dd, dd/mm/yyyy, mm/dd/yyyy')
        END
      ],
      lambda wall_: CASE
        WHEN wall_ IS NULL THEN _refuse(given_.text, 'is not a date and a time of the form ' || date_form || ' hh:mm:ss')
        ELSE coalesce(
          strftime(
            least(
              _instant_near(given_.zone, wall_, wall_ - INTERVAL 1 DAY), _instant_near(given_.zone, wall_, wall_ + INTERVAL 1 DAY)
            ),
            '%Y-%m-%dT%H:%M:%S.%fZ'
          ),
          _refuse(given_.text, 'does not exist in ' || given_.zone || ': clocks were set forward past it')
        )
      END
    )[1]
  END
)[1];

-- Return the sum or the difference of two numbers or durations, null if one of them is null.
CREATE MACRO plus(a, b) AS
list_transform(
  [{'a': _given(a), 'b': _given(b)}],
  lambda pair_: CASE
    WHEN _is_refused(pair_.a) OR _is_refused(pair_.b) THEN concat(
      CASE WHEN _is_refused(pair_.a) THEN pair_.a END, CASE WHEN _is_refused(pair_.b) THEN pair_.b END
    )
    WHEN pair_.a IS NULL OR pair_.b IS NULL THEN NULL
    WHEN TRY_CAST(pair_.a AS DECIMAL(24, 6)) IS NULL THEN _refuse(pair_.a, 'is not a number')
    WHEN TRY_CAST(pair_.b AS DECIMAL(24, 6)) IS NULL THEN _refuse(pair_.b, 'is not a number')
    ELSE _plain(TRY_CAST(pair_.a AS DECIMAL(24, 6)) + TRY_CAST(pair_.b AS DECIMAL(24, 6)))
  END
)[1];

CREATE MACRO minus(a, b) AS
plus(a, CASE WHEN _is_refused(_given(b)) OR TRY_CAST(_given(b) AS DECIMAL(24, 6)) IS NULL THEN b ELSE CAST(-CAST(_given(b) AS DECIMAL(24, 6)) AS VARCHAR) END);

-- Return a member of a nested value, as text: null if the value is not JSON, where DuckDB's own operator would refuse the
-- whole file.
CREATE MACRO "->>"(value, path) AS TRY(json_extract_string(CAST(value AS VARCHAR), path));
