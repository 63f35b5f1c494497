#include "textflag.h"

// func markAVX2(marks *byte, to, from unsafe.Pointer, blocks int)
//
// It copies blocks of 64 bytes, and for each it writes a word to marks: a bit for each
// byte that is a quote, a backslash, below a space, or beyond ASCII.
TEXT ·markAVX2(SB), NOSPLIT, $0-32
	MOVQ marks+0(FP), DI
	MOVQ to+8(FP), DX
	MOVQ from+16(FP), SI
	MOVQ blocks+24(FP), CX
	MOVQ $0x2222222222222222, AX // the quote
	MOVQ AX, X0
	VPBROADCASTQ X0, Y0
	MOVQ $0x5c5c5c5c5c5c5c5c, AX // the backslash
	MOVQ AX, X1
	VPBROADCASTQ X1, Y1
	MOVQ $0x2020202020202020, AX // above a control character and, with the sign, above what is beyond ASCII
	MOVQ AX, X2
	VPBROADCASTQ X2, Y2

block:
	VMOVDQU (SI), Y3
	VMOVDQU 32(SI), Y4
	VMOVDQU Y3, (DX)
	VMOVDQU Y4, 32(DX)
	VPCMPEQB Y3, Y0, Y5
	VPCMPEQB Y4, Y0, Y6
	VPCMPEQB Y3, Y1, Y7
	VPCMPEQB Y4, Y1, Y8
	VPCMPGTB Y3, Y2, Y3
	VPCMPGTB Y4, Y2, Y4
	VPOR Y5, Y7, Y5
	VPOR Y6, Y8, Y6
	VPOR Y3, Y5, Y3
	VPOR Y4, Y6, Y4
	VPMOVMSKB Y3, AX
	VPMOVMSKB Y4, BX
	SHLQ $32, BX
	ORQ  BX, AX
	MOVQ AX, (DI)
	ADDQ $64, SI
	ADDQ $64, DX
	ADDQ $8, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func hasAVX2() bool
TEXT ·hasAVX2(SB), NOSPLIT, $0-1
	MOVB $0, ret+0(FP)
	XORL AX, AX
	XORL CX, CX
	CPUID
	CMPL AX, $7
	JB   done
	MOVL $1, AX
	XORL CX, CX
	CPUID
	ANDL $(1<<27 | 1<<28), CX // OSXSAVE and AVX
	CMPL CX, $(1<<27 | 1<<28)
	JNE  done
	XORL CX, CX
	XGETBV
	ANDL $6, AX // the system saves the registers
	CMPL AX, $6
	JNE  done
	MOVL $7, AX
	XORL CX, CX
	CPUID
	ANDL $(1<<5), BX // AVX2
	JZ   done
	MOVB $1, ret+0(FP)

done:
	RET
