// The expression language. What a phrase becomes is up to `make`; blanks, limits and the `*` that `2x` leaves
// out are seen to before (io.leibniz.symbolic.text.Words). Every decision needs one word of lookahead only.
grammar Math;

// a name before a parenthesis, and what is no number: Words tells them apart
tokens { FUNCTION, BAD_NUMBER }

@parser::header {
  import io.leibniz.ir.Node;
}

@parser::members {
  Meaning make;

  public MathParser(TokenStream input, Meaning make) {
    this(input);
    this.make = make;
  }
}

whole returns [Node n]
  : d=disjunction EOF { $n = $d.n; }
  ;

disjunction returns [Node n]
  : a=conjunction { $n = $a.n; } (o=OR b=conjunction { $n = make.infix($start, $o, $n, $b.n, _input.LT(-1)); })*
  ;

conjunction returns [Node n]
  : a=comparison { $n = $a.n; } (o=AND b=comparison { $n = make.infix($start, $o, $n, $b.n, _input.LT(-1)); })*
  ;

comparison returns [Node n]
  : o=NOT c=comparison { $n = make.prefix($o, $c.n, _input.LT(-1)); }
  | a=sum { $n = $a.n; } (o=RELATION b=sum { $n = make.infix($start, $o, $n, $b.n, _input.LT(-1)); })?
  ;

sum returns [Node n]
  : a=product { $n = $a.n; }
    (o=(PLUS | MINUS) b=product { $n = make.infix($start, $o, $n, $b.n, _input.LT(-1)); })*
  ;

// −ab is −(ab)
product returns [Node n]
  : o=(PLUS | MINUS) p=product { $n = make.prefix($o, $p.n, _input.LT(-1)); }
  | a=power { $n = $a.n; }
    (o=(TIMES | OVER) b=factor { $n = make.infix($start, $o, $n, $b.n, _input.LT(-1)); })*
  ;

factor returns [Node n]
  : o=(PLUS | MINUS) f=factor { $n = make.prefix($o, $f.n, _input.LT(-1)); }
  | p=power { $n = $p.n; }
  ;

// a^b^c is a^(b^c), −a^b is −(a^b)
power returns [Node n]
  : a=atom { $n = $a.n; }
    ( o=TO b=factor { $n = make.infix($start, $o, $n, $b.n, _input.LT(-1)); }
    | o=SUPERSCRIPT { $n = make.superscript($start, $n, $o); }
    )?
  ;

atom returns [Node n]
  locals [List<Node> args, List<Token> commas]
  : t=NUMBER { $n = make.number($t); }
  | t=NAME { $n = make.name($t); }
  | t=FUNCTION OPEN { make.function($t); $args = new ArrayList<>(); $commas = new ArrayList<>(); }
    (a=disjunction { $args.add($a.n); } (c=COMMA b=disjunction { $commas.add($c); $args.add($b.n); })*)?
    e=CLOSE { $n = make.call($t, $args, $commas, $e); }
  | OPEN d=disjunction CLOSE { $n = $d.n; }
  | o=ROOT x=atom { $n = make.prefix($o, $x.n, _input.LT(-1)); }
  ;

NOT: 'not';
AND: 'and';
OR: 'or';
NUMBER: ([0-9]+ ('.' [0-9]*)? | '.' [0-9]+) ([eE] [+-]? [0-9]+)?;
NAME: LETTER (LETTER | [0-9])*;
RELATION: '<' | '<=' | '>' | '>=' | '==' | '!=' | '≤' | '≥' | '≠';
PLUS: '+';
MINUS: '-' | '−';
TIMES: '*' | '·' | '×' | '⋅';
OVER: '/';
TO: '^' | '**';
SUPERSCRIPT: '⁻'? [⁰¹²³⁴⁵⁶⁷⁸⁹]+;
ROOT: '√';
OPEN: '(';
CLOSE: ')';
COMMA: ',';
EQUALS: '=';
END: ';';
LINE: [\r\n]+;
BLANK: [ \t\f]+ -> skip;
STRAY: .;

fragment LETTER: [A-Za-z_] | [\u0391-\u03A9\u03B1-\u03C9\u03D1\u03D5\u03D6\u03F0\u03F1\u03F5];
